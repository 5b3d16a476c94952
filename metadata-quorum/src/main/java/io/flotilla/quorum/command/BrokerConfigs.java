package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.BrokerConfigKey;
import io.flotilla.model.image.BrokerConfigsImage;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.proto.v1.ConfigChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Changes configs of one broker, or of all, and says what they mean to new topics. */
final class BrokerConfigs {
    private BrokerConfigs() {}

    /** Applies all changes to the draft, or none and says why. */
    static Optional<FlotillaError> alter(Draft draft, String name, List<ConfigChange> changes) {
        Optional<Integer> broker = broker(name);
        if (broker.isEmpty()) {
            return refused(
                    ErrorCode.INVALID_REQUEST,
                    "'" + name + "' is no broker id; give a number, or nothing for the default of all brokers");
        }
        int id = broker.get();
        if (id != BrokerConfigsImage.ALL && draft.brokers().broker(id).isEmpty()) {
            return refused(ErrorCode.BROKER_ID_NOT_REGISTERED, "broker " + id + " is not registered");
        }
        for (ConfigChange change : changes) {
            Optional<String> defect = BrokerConfigKey.defectOfKey(id, change.getKey())
                    .or(() -> change.hasValue()
                            ? BrokerConfigKey.defectOfValue(change.getKey(), change.getValue())
                            : Optional.empty());
            if (defect.isPresent()) {
                return refused(ErrorCode.INVALID_CONFIG, defect.get());
            }
        }
        for (ConfigChange change : changes) {
            Optional<String> value = change.hasValue() ? Optional.of(change.getValue()) : Optional.empty();
            Map<String, String> now = draft.image().brokerConfigs().of(id);
            if (!value.equals(Optional.ofNullable(now.get(change.getKey())))) {
                draft.add(new BrokerConfigSet(id, change.getKey(), value));
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> broker(String name) {
        if (name.isEmpty()) {
            return Optional.of(BrokerConfigsImage.ALL);
        }
        try {
            int id = Integer.parseInt(name);
            return id >= 0 ? Optional.of(id) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** What new topics get: what was set while the cluster runs goes before the active controller's own file. */
    static TopicDefaults topicDefaults(BrokerConfigsImage configs, TopicDefaults ofFile) {
        TopicDefaults.Builder defaults = ofFile.toBuilder();
        configs.of(BrokerConfigsImage.ALL)
                .forEach((name, value) -> BrokerConfigKey.named(name).ifPresent(key -> {
                    key.ofNewTopics()
                            .map(TopicConfigKey::key)
                            .ifPresent(topicKey -> defaults.putConfigs(topicKey, value));
                    if (key == BrokerConfigKey.NUM_PARTITIONS) {
                        defaults.setPartitions(Integer.parseInt(value));
                    } else if (key == BrokerConfigKey.DEFAULT_REPLICATION_FACTOR) {
                        defaults.setReplicationFactor(Integer.parseInt(value));
                    }
                }));
        return defaults.build();
    }

    private static Optional<FlotillaError> refused(ErrorCode code, String message) {
        return Optional.of(FlotillaError.notApplied(code, message));
    }
}
