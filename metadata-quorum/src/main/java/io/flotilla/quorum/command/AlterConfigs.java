package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.AdministrativeResult;
import io.flotilla.proto.v1.AlterConfigsRequest;
import io.flotilla.proto.v1.AlterConfigsResponse;
import io.flotilla.proto.v1.AlterConfigsResult;
import io.flotilla.proto.v1.ConfigAlteration;
import io.flotilla.proto.v1.ConfigChange;
import io.flotilla.proto.v1.ConfigResource;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Changes configs of topics and brokers, each resource on its own, all of its changes or none. */
final class AlterConfigs {
    private AlterConfigs() {}

    static Administration.Answer decide(Draft draft, AlterConfigsRequest request) {
        AlterConfigsResponse.Builder response = AlterConfigsResponse.newBuilder();
        for (ConfigAlteration alteration : request.getAlterationsList()) {
            AlterConfigsResult.Builder result = AlterConfigsResult.newBuilder().setResource(alteration.getResource());
            alter(draft, alteration).map(Errors::toMessage).ifPresent(result::setError);
            response.addResults(result);
        }
        return new Administration.Answer(
                AdministrativeResult.newBuilder()
                        .setAlterConfigs(response.setRevision(
                                request.getValidateOnly() ? draft.nextRevision() - 1 : draft.revision())),
                response.getResultsCount());
    }

    private static Optional<FlotillaError> alter(Draft draft, ConfigAlteration alteration) {
        ConfigResource resource = alteration.getResource();
        Set<String> keys = new TreeSet<>();
        for (ConfigChange change : alteration.getChangesList()) {
            if (!keys.add(change.getKey())) {
                return refused(ErrorCode.INVALID_REQUEST, "config '" + change.getKey() + "' is named twice");
            }
        }
        return switch (resource.getType()) {
            case CONFIG_RESOURCE_TYPE_TOPIC -> {
                Optional<TopicImage> topic = draft.image().topics().named(resource.getName());
                yield topic.isPresent()
                        ? AlterTopicConfigs.alter(draft, topic.get(), alteration.getChangesList())
                        : refused(
                                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                                "there is no topic named '" + resource.getName() + "'");
            }
            case CONFIG_RESOURCE_TYPE_BROKER ->
                BrokerConfigs.alter(draft, resource.getName(), alteration.getChangesList());
            default ->
                refused(
                        ErrorCode.INVALID_REQUEST,
                        "a resource of type " + resource.getType() + " has no configs; topics and brokers have");
        };
    }

    private static Optional<FlotillaError> refused(ErrorCode code, String message) {
        return Optional.of(FlotillaError.notApplied(code, message));
    }
}
