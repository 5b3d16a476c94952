package io.flotilla.client;

import com.google.protobuf.ByteString;
import io.flotilla.client.ClusterDescription.BrokerDescription;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.Broker;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.DeleteTopicResult;
import io.flotilla.proto.v1.DescribeLogDirsRequest;
import io.flotilla.proto.v1.DescribeLogDirsResponse;
import io.flotilla.proto.v1.DescribeQuorumResponse;
import io.flotilla.proto.v1.LogDir;
import io.flotilla.proto.v1.MetadataServiceDescribeResponse;
import io.flotilla.proto.v1.Partition;
import io.flotilla.proto.v1.QuorumNode;
import io.flotilla.proto.v1.ReplicaAssignment;
import io.flotilla.proto.v1.Topic;
import io.flotilla.proto.v1.TopicRef;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Administrative messages to and from the values of the API. */
final class AdminMessages {
    /** No topic has this id: asking for it keeps an answer about the cluster small. */
    static final TopicRef NO_TOPIC =
            TopicRef.newBuilder().setId(Ids.bytes(new TopicId(new UUID(0, 0)))).build();

    private AdminMessages() {}

    static io.flotilla.proto.v1.NewTopic message(NewTopic topic) {
        io.flotilla.proto.v1.NewTopic.Builder message = io.flotilla.proto.v1.NewTopic.newBuilder()
                .setName(topic.name())
                .setPartitions(topic.partitions())
                .setReplicationFactor(topic.replicationFactor())
                .putAllConfigs(topic.configs());
        topic.assignments()
                .forEach((partition, brokers) -> message.addAssignments(
                        ReplicaAssignment.newBuilder().setPartition(partition).addAllBrokerIds(brokers)));
        return message.build();
    }

    static TopicResult result(CreateTopicResult message) {
        return new TopicResult(
                message.getName(),
                message.hasTopic() ? Optional.of(topic(message.getTopic())) : Optional.empty(),
                message.hasError() ? Optional.of(Errors.ofMessage(message.getError())) : Optional.empty());
    }

    static TopicResult result(DeleteTopicResult message) {
        Optional<FlotillaError> error =
                message.hasError() ? Optional.of(Errors.ofMessage(message.getError())) : Optional.empty();
        return new TopicResult(message.getName(), Optional.empty(), error);
    }

    /** By name. */
    static Map<String, TopicDescription> topics(MetadataServiceDescribeResponse message) {
        Map<String, TopicDescription> topics = new TreeMap<>();
        message.getTopicsList().forEach(topic -> topics.put(topic.getName(), topic(topic)));
        return topics;
    }

    static TopicDescription topic(Topic message) {
        return new TopicDescription(
                message.getName(),
                Ids.topic(message.getId()),
                message.getPartitionsList().stream()
                        .map(AdminMessages::partition)
                        .toList(),
                message.getConfigsMap(),
                message.getDurability() == io.flotilla.proto.v1.Durability.DURABILITY_REPLICATED
                        ? Durability.REPLICATED
                        : Durability.SYNCED,
                message.getMinInsyncReplicas());
    }

    static PartitionDescription partition(Partition message) {
        return new PartitionDescription(
                message.getIndex(),
                message.getLeader(),
                message.getLeaderEpoch(),
                message.getPartitionEpoch(),
                List.copyOf(message.getReplicasList()),
                List.copyOf(message.getIsrList()),
                List.copyOf(message.getElrList()));
    }

    static ClusterDescription cluster(MetadataServiceDescribeResponse message) {
        return new ClusterDescription(
                message.getClusterId(),
                message.getControllerId(),
                message.getRevision(),
                message.getBrokersList().stream().map(AdminMessages::broker).toList());
    }

    private static BrokerDescription broker(Broker message) {
        return new BrokerDescription(
                message.getId(),
                message.getEndpoint(),
                message.getRack(),
                message.getFenced(),
                message.getEpoch(),
                message.getShuttingDown(),
                message.getCordoned());
    }

    static QuorumDescription quorum(DescribeQuorumResponse message) {
        return new QuorumDescription(
                message.getClusterId(),
                message.getLeaderId(),
                message.getLeaderEpoch(),
                message.getHighWatermark(),
                message.getMaxFollowerLag(),
                message.getMetadataRevision(),
                message.getVotersList().stream().map(AdminMessages::node).toList(),
                message.getObserversList().stream().map(AdminMessages::node).toList());
    }

    private static QuorumDescription.Node node(QuorumNode message) {
        return new QuorumDescription.Node(
                message.getNodeId(), message.getEndpoint(), message.getLogEndIndex(), message.getLag());
    }

    static VerifyReplicasRequest verification(String topic, Collection<Integer> partitions) {
        return VerifyReplicasRequest.newBuilder()
                .setTopic(topic)
                .addAllPartitions(partitions)
                .build();
    }

    static List<ReplicaDigest> digests(VerifyReplicasResponse message) {
        return message.getDigestsList().stream().map(AdminMessages::digest).toList();
    }

    private static ReplicaDigest digest(io.flotilla.proto.v1.ReplicaDigest message) {
        return new ReplicaDigest(
                message.getPartition(),
                message.getBrokerId(),
                message.getStartOffset(),
                message.getEndOffset(),
                message.getBatches(),
                message.getBytes(),
                HexFormat.of().formatHex(message.getSha256().toByteArray()),
                message.hasError() ? Optional.of(Errors.ofMessage(message.getError())) : Optional.empty());
    }

    static DescribeLogDirsRequest logDirsOf(Collection<Integer> brokers, Collection<String> topics) {
        return DescribeLogDirsRequest.newBuilder()
                .addAllBrokerIds(brokers)
                .addAllTopics(topics)
                .build();
    }

    static List<BrokerLogDirs> logDirs(DescribeLogDirsResponse message) {
        return message.getBrokersList().stream().map(AdminMessages::logDirs).toList();
    }

    private static BrokerLogDirs logDirs(io.flotilla.proto.v1.BrokerLogDirs message) {
        return new BrokerLogDirs(
                message.getBrokerId(),
                message.getDirsList().stream().map(AdminMessages::logDir).toList(),
                message.hasError() ? Optional.of(Errors.ofMessage(message.getError())) : Optional.empty());
    }

    private static LogDirDescription logDir(LogDir message) {
        return new LogDirDescription(
                message.getPath(),
                message.getFailure(),
                message.getLogBytes(),
                message.getFreeBytes(),
                message.getReplicasList().stream()
                        .map(replica -> new LogDirDescription.ReplicaDescription(
                                replica.getTopic(),
                                replica.getPartition(),
                                replica.getSizeBytes(),
                                replica.getLogStartOffset(),
                                replica.getLogEndOffset(),
                                replica.getDurableEndOffset(),
                                replica.getDamage()))
                        .toList());
    }

    static ByteString bytes(byte[] id) {
        return ByteString.copyFrom(id);
    }

    /** Where a broker listens; throws BROKER_ID_NOT_REGISTERED when the cluster has none of that id. */
    static Endpoint endpoint(ClusterDescription cluster, String broker) {
        return cluster.brokers().stream()
                .filter(known -> broker.equals(Integer.toString(known.id())))
                .findFirst()
                .map(known -> Endpoint.parse(known.endpoint()))
                .orElseThrow(() -> FlotillaError.notApplied(
                                ErrorCode.BROKER_ID_NOT_REGISTERED, "there is no broker '" + broker + "'")
                        .exception());
    }
}
