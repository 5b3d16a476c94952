package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AlterTopicConfigsCommand;
import io.flotilla.proto.internal.v1.TopicConfigChange;
import io.flotilla.proto.v1.ConfigChange;
import java.util.List;
import java.util.Optional;

/** Changes the configs of a topic, all or none; a new min.insync.replicas clears the ELR in the same revision (R7). */
final class AlterTopicConfigs {
    private AlterTopicConfigs() {}

    static Decision decide(MetadataImage image, AlterTopicConfigsCommand command) {
        TopicId id = Ids.topic(command.getTopicId());
        Optional<TopicImage> topic = image.topics().withId(id);
        if (topic.isEmpty()) {
            return Decision.reject(ErrorCode.UNKNOWN_TOPIC_ID, "there is no topic with id " + id);
        }
        Draft draft = new Draft(image);
        Optional<FlotillaError> defect = alter(
                draft,
                topic.get(),
                command.getChangesList().stream().map(AlterTopicConfigs::change).toList());
        return defect.isPresent() ? Decision.reject(defect.get()) : draft.accept();
    }

    private static ConfigChange change(TopicConfigChange change) {
        ConfigChange.Builder same = ConfigChange.newBuilder().setKey(change.getKey());
        return change.hasValue() ? same.setValue(change.getValue()).build() : same.build();
    }

    /** Applies all changes to the draft, or none and says why. */
    static Optional<FlotillaError> alter(Draft draft, TopicImage topic, List<ConfigChange> changes) {
        for (ConfigChange change : changes) {
            Optional<String> defect = defect(topic, change);
            if (defect.isPresent()) {
                return Optional.of(FlotillaError.notApplied(ErrorCode.INVALID_CONFIG, defect.get()));
            }
        }
        boolean changed = false;
        for (ConfigChange change : changes) {
            Optional<String> value = change.hasValue() ? Optional.of(change.getValue()) : Optional.empty();
            if (!value.equals(Optional.ofNullable(topic.configs().get(change.getKey())))) {
                draft.add(new TopicConfigSet(topic.id(), change.getKey(), value));
                changed = true;
            }
        }
        if (changed) {
            adjust(draft, topic);
        }
        return Optional.empty();
    }

    /** The minimum that the ELR was built under no longer holds; and a partition may have a leader at last. */
    private static void adjust(Draft draft, TopicImage before) {
        TopicImage topic = draft.image().topics().withId(before.id()).orElseThrow();
        boolean newMinimum =
                before.settings().minInsyncReplicas() != topic.settings().minInsyncReplicas();
        draft.changePartitions(topic, (settings, state) -> {
            PartitionChange change = draft.changeOf(settings, state);
            return newMinimum
                    ? Optional.of(change.clearsElr())
                    : Optional.of(change).filter(any -> !state.hasLeader());
        });
    }

    private static Optional<String> defect(TopicImage topic, ConfigChange change) {
        String key = change.getKey();
        Optional<TopicConfigKey> known = TopicConfigKey.named(key);
        if (known.isPresent() && known.get() == TopicConfigKey.DURABILITY) {
            String now = TopicConfigKey.DURABILITY.valueIn(topic.configs());
            String asked = change.hasValue() ? change.getValue() : TopicConfigKey.DURABILITY.defaultValue();
            return now.equals(asked)
                    ? Optional.empty()
                    : Optional.of("durability of topic " + topic.name() + " is " + now
                            + " and fixed at creation; create another topic to change it");
        }
        return change.hasValue() || known.isEmpty() ? TopicConfigKey.defect(key, change.getValue()) : Optional.empty();
    }
}
