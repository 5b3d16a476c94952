package io.flotilla.broker.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.BrokerConfigKey;
import io.flotilla.model.image.BrokerConfigsImage;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.ConfigEntry;
import io.flotilla.proto.v1.ConfigResource;
import io.flotilla.proto.v1.ConfigSource;
import io.flotilla.proto.v1.DescribeConfigsRequest;
import io.flotilla.proto.v1.DescribeConfigsResponse;
import io.flotilla.proto.v1.DescribeConfigsResult;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which configs hold for topics and brokers, and where each comes from. A function of one image and of the own file.
 */
final class ConfigDescriptions {
    private final OwnConfigs own;

    ConfigDescriptions(OwnConfigs own) {
        this.own = own;
    }

    DescribeConfigsResponse describe(DescribeConfigsRequest request, MetadataImage image) {
        DescribeConfigsResponse.Builder response = DescribeConfigsResponse.newBuilder();
        for (ConfigResource resource : request.getResourcesList()) {
            response.addResults(describe(resource, image).setResource(resource));
        }
        return response.build();
    }

    private DescribeConfigsResult.Builder describe(ConfigResource resource, MetadataImage image) {
        return switch (resource.getType()) {
            case CONFIG_RESOURCE_TYPE_TOPIC ->
                image.topics()
                        .named(resource.getName())
                        .map(this::topic)
                        .orElseGet(() -> refused(
                                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                                "there is no topic named '" + resource.getName() + "'"));
            case CONFIG_RESOURCE_TYPE_BROKER ->
                resource.getName().isEmpty() ? everyBroker(image.brokerConfigs()) : broker(resource.getName(), image);
            default ->
                refused(
                        ErrorCode.INVALID_REQUEST,
                        "a resource of type " + resource.getType() + " has no configs; topics and brokers have");
        };
    }

    private DescribeConfigsResult.Builder topic(TopicImage topic) {
        DescribeConfigsResult.Builder result = DescribeConfigsResult.newBuilder();
        Map<String, ConfigEntry> entries = new TreeMap<>();
        for (TopicConfigKey key : TopicConfigKey.values()) {
            entries.put(
                    key.key(),
                    entry(key.key(), key.defaultValue(), ConfigSource.CONFIG_SOURCE_DEFAULT)
                            .setReadOnly(key == TopicConfigKey.DURABILITY)
                            .build());
        }
        own.ofTopics().forEach(setting -> entries.put(setting.key(), ofFile(setting)));
        topic.configs()
                .forEach((key, value) -> entries.computeIfPresent(
                        key,
                        (same, behind) -> behind.toBuilder()
                                .setValue(value)
                                .setSource(ConfigSource.CONFIG_SOURCE_DYNAMIC_TOPIC)
                                .build()));
        return result.addAllEntries(entries.values());
    }

    private static ConfigEntry ofFile(OwnConfigs.Setting setting) {
        ConfigSource source =
                setting.given() ? ConfigSource.CONFIG_SOURCE_STATIC_BROKER : ConfigSource.CONFIG_SOURCE_DEFAULT;
        return entry(setting.key(), setting.value(), source).build();
    }

    private static DescribeConfigsResult.Builder everyBroker(BrokerConfigsImage configs) {
        DescribeConfigsResult.Builder result = DescribeConfigsResult.newBuilder();
        configs.of(BrokerConfigsImage.ALL)
                .forEach((key, value) ->
                        result.addEntries(entry(key, value, ConfigSource.CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER)));
        return result;
    }

    private DescribeConfigsResult.Builder broker(String name, MetadataImage image) {
        if (!name.equals(Integer.toString(own.brokerId()))) {
            return elsewhere(name, image);
        }
        Map<String, ConfigEntry> entries = new TreeMap<>();
        for (BrokerConfigKey key : BrokerConfigKey.values()) {
            entries.put(
                    key.key(),
                    entry(key.key(), key.defaultValue(), ConfigSource.CONFIG_SOURCE_DEFAULT)
                            .build());
        }
        for (OwnConfigs.Setting setting : own.settings()) {
            entries.put(
                    setting.key(),
                    ofFile(setting).toBuilder()
                            .setReadOnly(BrokerConfigKey.named(setting.key()).isEmpty())
                            .build());
        }
        BrokerConfigsImage configs = image.brokerConfigs();
        configs.of(BrokerConfigsImage.ALL)
                .forEach((key, value) -> entries.put(
                        key,
                        entry(key, value, ConfigSource.CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER)
                                .build()));
        configs.of(own.brokerId())
                .forEach((key, value) -> entries.put(
                        key,
                        entry(key, value, ConfigSource.CONFIG_SOURCE_DYNAMIC_BROKER)
                                .build()));
        return DescribeConfigsResult.newBuilder().addAllEntries(entries.values());
    }

    private DescribeConfigsResult.Builder elsewhere(String name, MetadataImage image) {
        Optional<BrokerRegistration> known = image.brokers().all().stream()
                .filter(broker -> name.equals(Integer.toString(broker.brokerId())))
                .findFirst();
        return known.isEmpty()
                ? refused(ErrorCode.BROKER_ID_NOT_REGISTERED, "there is no broker '" + name + "'")
                : refused(
                        ErrorCode.INVALID_REQUEST,
                        "this is broker " + own.brokerId() + ", which does not know the file of broker " + name
                                + "; ask that one"
                                + known.get()
                                        .listener(BrokerRegistration.CLIENT_LISTENER)
                                        .map(endpoint -> " at " + endpoint)
                                        .orElse(""));
    }

    private static ConfigEntry.Builder entry(String key, String value, ConfigSource source) {
        return ConfigEntry.newBuilder().setKey(key).setValue(value).setSource(source);
    }

    private static DescribeConfigsResult.Builder refused(ErrorCode code, String message) {
        return DescribeConfigsResult.newBuilder().setError(Errors.toMessage(FlotillaError.notApplied(code, message)));
    }
}
