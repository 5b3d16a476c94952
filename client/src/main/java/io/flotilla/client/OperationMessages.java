package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.v1.AddedPartition;
import io.flotilla.proto.v1.AlterConfigsResult;
import io.flotilla.proto.v1.ConfigAlteration;
import io.flotilla.proto.v1.ConfigResourceType;
import io.flotilla.proto.v1.CreatePartitionsResult;
import io.flotilla.proto.v1.DeleteRecordsRequest;
import io.flotilla.proto.v1.DeleteRecordsResult;
import io.flotilla.proto.v1.DescribeFeaturesResponse;
import io.flotilla.proto.v1.ElectionResult;
import io.flotilla.proto.v1.ElectionType;
import io.flotilla.proto.v1.Error;
import io.flotilla.proto.v1.ExplainPartitionResponse;
import io.flotilla.proto.v1.OngoingReassignment;
import io.flotilla.proto.v1.PartitionDecision;
import io.flotilla.proto.v1.PartitionReassignmentResult;
import io.flotilla.proto.v1.RecordsToDelete;
import io.flotilla.proto.v1.TopicPartitions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Operations on a running cluster to and from the values of the API. */
final class OperationMessages {
    private OperationMessages() {}

    static ElectionType message(ElectionKind kind) {
        return kind == ElectionKind.PREFERRED
                ? ElectionType.ELECTION_TYPE_PREFERRED
                : ElectionType.ELECTION_TYPE_UNCLEAN;
    }

    static List<TopicPartitions> message(Collection<TopicPartition> partitions) {
        Map<String, TopicPartitions.Builder> topics = new TreeMap<>();
        partitions.forEach(partition -> topics.computeIfAbsent(
                        partition.topic(), name -> TopicPartitions.newBuilder().setTopic(name))
                .addPartitions(partition.partition()));
        return topics.values().stream().map(TopicPartitions.Builder::build).toList();
    }

    static ElectionOutcome outcome(ElectionResult message) {
        return new ElectionOutcome(
                new TopicPartition(message.getTopic(), message.getPartition()),
                message.getLeader(),
                message.getMoving(),
                error(message.hasError(), message.getError()));
    }

    static io.flotilla.proto.v1.ConfigResource message(ConfigResource resource) {
        return io.flotilla.proto.v1.ConfigResource.newBuilder()
                .setType(
                        resource.type() == ConfigResource.Type.TOPIC
                                ? ConfigResourceType.CONFIG_RESOURCE_TYPE_TOPIC
                                : ConfigResourceType.CONFIG_RESOURCE_TYPE_BROKER)
                .setName(resource.name())
                .build();
    }

    private static ConfigResource resource(io.flotilla.proto.v1.ConfigResource message) {
        return new ConfigResource(
                message.getType() == ConfigResourceType.CONFIG_RESOURCE_TYPE_TOPIC
                        ? ConfigResource.Type.TOPIC
                        : ConfigResource.Type.BROKER,
                message.getName());
    }

    static ConfigAlteration message(ConfigResource resource, Collection<ConfigChange> changes) {
        ConfigAlteration.Builder alteration = ConfigAlteration.newBuilder().setResource(message(resource));
        for (ConfigChange change : changes) {
            io.flotilla.proto.v1.ConfigChange.Builder message =
                    io.flotilla.proto.v1.ConfigChange.newBuilder().setKey(change.key());
            change.value().ifPresent(message::setValue);
            alteration.addChanges(message);
        }
        return alteration.build();
    }

    static OperationResult<ConfigResource> result(AlterConfigsResult message) {
        return new OperationResult<>(resource(message.getResource()), error(message.hasError(), message.getError()));
    }

    static ConfigEntry entry(io.flotilla.proto.v1.ConfigEntry message) {
        ConfigEntry.Source source = switch (message.getSource()) {
            case CONFIG_SOURCE_DYNAMIC_TOPIC -> ConfigEntry.Source.DYNAMIC_TOPIC_CONFIG;
            case CONFIG_SOURCE_DYNAMIC_BROKER -> ConfigEntry.Source.DYNAMIC_BROKER_CONFIG;
            case CONFIG_SOURCE_DYNAMIC_DEFAULT_BROKER -> ConfigEntry.Source.DYNAMIC_DEFAULT_BROKER_CONFIG;
            case CONFIG_SOURCE_STATIC_BROKER -> ConfigEntry.Source.STATIC_BROKER_CONFIG;
            case CONFIG_SOURCE_DEFAULT -> ConfigEntry.Source.DEFAULT_CONFIG;
            default -> ConfigEntry.Source.UNKNOWN;
        };
        return new ConfigEntry(message.getKey(), message.getValue(), source, message.getReadOnly());
    }

    static io.flotilla.proto.v1.NewPartitions message(NewPartitions wish) {
        io.flotilla.proto.v1.NewPartitions.Builder message = io.flotilla.proto.v1.NewPartitions.newBuilder()
                .setTopic(wish.topic())
                .setCount(wish.count());
        wish.assignments()
                .forEach((partition, brokers) -> message.addAssignments(
                        AddedPartition.newBuilder().setPartition(partition).addAllBrokerIds(brokers)));
        return message.build();
    }

    static OperationResult<String> result(CreatePartitionsResult message) {
        return new OperationResult<>(message.getTopic(), error(message.hasError(), message.getError()));
    }

    static List<io.flotilla.proto.v1.PartitionReassignment> message(Map<TopicPartition, List<Integer>> targets) {
        List<io.flotilla.proto.v1.PartitionReassignment> messages = new ArrayList<>();
        new TreeMap<>(targets)
                .forEach((partition, target) -> messages.add(io.flotilla.proto.v1.PartitionReassignment.newBuilder()
                        .setTopic(partition.topic())
                        .setPartition(partition.partition())
                        .addAllTarget(target)
                        .build()));
        return messages;
    }

    static OperationResult<TopicPartition> result(PartitionReassignmentResult message) {
        return new OperationResult<>(
                new TopicPartition(message.getTopic(), message.getPartition()),
                error(message.hasError(), message.getError()));
    }

    static DeleteRecordsRequest deletion(Map<TopicPartition, Long> beforeOffsets) {
        DeleteRecordsRequest.Builder request = DeleteRecordsRequest.newBuilder();
        new TreeMap<>(beforeOffsets)
                .forEach((partition, offset) -> request.addPartitions(RecordsToDelete.newBuilder()
                        .setTopic(partition.topic())
                        .setPartition(partition.partition())
                        .setOffset(offset)));
        return request.build();
    }

    static DeletedRecords result(DeleteRecordsResult message) {
        return new DeletedRecords(
                new TopicPartition(message.getTopic(), message.getPartition()),
                message.getLowWatermark(),
                error(message.hasError(), message.getError()));
    }

    static PartitionReassignment reassignment(OngoingReassignment message) {
        return new PartitionReassignment(
                new TopicPartition(message.getTopic(), message.getPartition()),
                List.copyOf(message.getReplicasList()),
                List.copyOf(message.getTargetList()),
                List.copyOf(message.getAddingList()),
                List.copyOf(message.getRemovingList()),
                List.copyOf(message.getIsrList()),
                message.getLeader());
    }

    static PartitionExplanation explanation(ExplainPartitionResponse message) {
        return new PartitionExplanation(
                new TopicPartition(message.getTopic(), message.getPartition().getIndex()),
                AdminMessages.partition(message.getPartition()),
                List.copyOf(message.getFindingsList()),
                message.getDecisionsList().stream()
                        .map(OperationMessages::decision)
                        .toList(),
                message.getComplete());
    }

    private static PartitionExplanation.Decision decision(PartitionDecision message) {
        return new PartitionExplanation.Decision(
                message.getRevision(),
                message.getDecidedAtMs() == 0
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(message.getDecidedAtMs())),
                message.getCause(),
                AdminMessages.partition(message.getState()));
    }

    static FeatureDescription features(DescribeFeaturesResponse message) {
        return new FeatureDescription(
                message.getLevel(),
                message.getBrokersList().stream()
                        .map(broker -> new FeatureDescription.BrokerFeatures(
                                broker.getBrokerId(), broker.getMinLevel(), broker.getMaxLevel()))
                        .toList());
    }

    private static Optional<FlotillaError> error(boolean present, Error message) {
        return present ? Optional.of(Errors.ofMessage(message)) : Optional.empty();
    }
}
