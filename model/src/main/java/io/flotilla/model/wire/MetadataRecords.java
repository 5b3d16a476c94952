package io.flotilla.model.wire;

import com.google.protobuf.ByteString;
import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.delta.MetadataRecord.BrokerRemoved;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.ProducerIdsReserved;
import io.flotilla.model.delta.MetadataRecord.RequestAnswered;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.proto.internal.v1.BrokerConfigRecord;
import io.flotilla.proto.internal.v1.BrokerRecord;
import io.flotilla.proto.internal.v1.BrokerRemovedRecord;
import io.flotilla.proto.internal.v1.ClusterRecord;
import io.flotilla.proto.internal.v1.FeatureLevelRecord;
import io.flotilla.proto.internal.v1.MetadataRecord;
import io.flotilla.proto.internal.v1.PartitionPlanRecord;
import io.flotilla.proto.internal.v1.PartitionRecord;
import io.flotilla.proto.internal.v1.ProducerIdsRecord;
import io.flotilla.proto.internal.v1.ReplicaRecord;
import io.flotilla.proto.internal.v1.RequestRecord;
import io.flotilla.proto.internal.v1.TopicConfigRecord;
import io.flotilla.proto.internal.v1.TopicRecord;
import io.flotilla.proto.internal.v1.TopicRemovedRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Metadata records to and from the messages that the Raft snapshots and the feed carry. */
public final class MetadataRecords {
    private MetadataRecords() {}

    public static MetadataRecord toMessage(io.flotilla.model.delta.MetadataRecord record) {
        MetadataRecord.Builder message = MetadataRecord.newBuilder();
        if (record instanceof PartitionSet set) {
            message.setPartition(partition(set));
        } else if (record instanceof BrokerSet set) {
            message.setBroker(broker(set.broker()));
        } else if (record instanceof BrokerRemoved removed) {
            message.setBrokerRemoved(BrokerRemovedRecord.newBuilder().setBrokerId(removed.brokerId()));
        } else if (record instanceof TopicCreated created) {
            message.setTopic(TopicRecord.newBuilder().setName(created.name()).setId(Ids.bytes(created.id())));
        } else if (record instanceof TopicRemoved removed) {
            message.setTopicRemoved(TopicRemovedRecord.newBuilder().setId(Ids.bytes(removed.id())));
        } else if (record instanceof TopicConfigSet set) {
            TopicConfigRecord.Builder config = TopicConfigRecord.newBuilder()
                    .setTopicId(Ids.bytes(set.topic()))
                    .setKey(set.key());
            set.value().ifPresent(config::setValue);
            message.setTopicConfig(config);
        } else if (record instanceof BrokerConfigSet set) {
            BrokerConfigRecord.Builder config =
                    BrokerConfigRecord.newBuilder().setBrokerId(set.brokerId()).setKey(set.key());
            set.value().ifPresent(config::setValue);
            message.setBrokerConfig(config);
        } else if (record instanceof ProducerIdsReserved reserved) {
            message.setProducerIds(ProducerIdsRecord.newBuilder().setNextProducerId(reserved.next()));
        } else if (record instanceof RequestAnswered answered) {
            message.setRequest(RequestRecord.newBuilder()
                    .setRequestId(ByteString.copyFrom(new TopicId(answered.requestId()).bytes()))
                    .setAnswer(ByteString.copyFrom(answered.answer())));
        } else if (record instanceof FeatureLevelSet set) {
            message.setFeatureLevel(FeatureLevelRecord.newBuilder().setLevel(set.level()));
        } else if (record instanceof ClusterNamed named) {
            message.setCluster(
                    ClusterRecord.newBuilder().setClusterId(named.clusterId()).setHistoryId(named.historyId()));
        }
        return message.build();
    }

    /**
     * The record of a message.
     *
     * @throws IllegalArgumentException when the message holds no record that this version knows, or a malformed one
     */
    public static io.flotilla.model.delta.MetadataRecord ofMessage(MetadataRecord message) {
        return switch (message.getRecordCase()) {
            case CLUSTER ->
                new ClusterNamed(
                        message.getCluster().getClusterId(),
                        message.getCluster().getHistoryId());
            case FEATURE_LEVEL -> new FeatureLevelSet(message.getFeatureLevel().getLevel());
            case BROKER -> new BrokerSet(broker(message.getBroker()));
            case BROKER_REMOVED -> new BrokerRemoved(message.getBrokerRemoved().getBrokerId());
            case TOPIC ->
                new TopicCreated(
                        message.getTopic().getName(),
                        Ids.topic(message.getTopic().getId()));
            case TOPIC_REMOVED ->
                new TopicRemoved(Ids.topic(message.getTopicRemoved().getId()));
            case TOPIC_CONFIG -> config(message.getTopicConfig());
            case PARTITION -> partition(message.getPartition());
            case BROKER_CONFIG -> config(message.getBrokerConfig());
            case PRODUCER_IDS ->
                new ProducerIdsReserved(message.getProducerIds().getNextProducerId());
            case REQUEST ->
                new RequestAnswered(
                        requestId(message.getRequest().getRequestId()),
                        message.getRequest().getAnswer().toByteArray());
            case RECORD_NOT_SET ->
                throw new IllegalArgumentException(
                        "a metadata record of a kind that this version does not know; run a newer version");
        };
    }

    /** The id of an administrative request from its 16 bytes. */
    public static UUID requestId(ByteString bytes) {
        return Ids.topic(bytes).value();
    }

    private static TopicConfigSet config(TopicConfigRecord config) {
        return new TopicConfigSet(
                Ids.topic(config.getTopicId()),
                config.getKey(),
                config.hasValue() ? Optional.of(config.getValue()) : Optional.empty());
    }

    private static BrokerConfigSet config(BrokerConfigRecord config) {
        return new BrokerConfigSet(
                config.getBrokerId(),
                config.getKey(),
                config.hasValue() ? Optional.of(config.getValue()) : Optional.empty());
    }

    private static PartitionRecord partition(PartitionSet set) {
        PartitionState state = set.state();
        PartitionRecord.Builder message = PartitionRecord.newBuilder()
                .setTopicId(Ids.bytes(set.topic()))
                .setPartition(set.partition())
                .addAllIsr(state.isr())
                .addAllElr(state.elr())
                .setLeader(state.leader())
                .setLeaderEpoch(state.leaderEpoch())
                .setPartitionEpoch(state.partitionEpoch())
                .setLastKnownLeader(state.lastKnownLeader());
        for (Replica replica : state.replicas()) {
            message.addReplicas(ReplicaRecord.newBuilder()
                    .setBrokerId(replica.brokerId())
                    .setAssignmentRevision(replica.assignmentRevision()));
        }
        if (!state.plan().equals(PartitionPlan.NONE)) {
            message.setPlan(PartitionPlanRecord.newBuilder()
                    .addAllTarget(state.plan().target())
                    .addAllAdding(state.plan().adding())
                    .setNextLeader(state.plan().nextLeader()));
        }
        return message.build();
    }

    private static PartitionSet partition(PartitionRecord message) {
        return new PartitionSet(
                Ids.topic(message.getTopicId()),
                message.getPartition(),
                new PartitionState(
                        message.getReplicasList().stream()
                                .map(r -> new Replica(r.getBrokerId(), r.getAssignmentRevision()))
                                .toList(),
                        message.getIsrList(),
                        message.getElrList(),
                        message.getLeader(),
                        message.getLeaderEpoch(),
                        message.getPartitionEpoch(),
                        message.getLastKnownLeader(),
                        message.hasPlan() ? plan(message.getPlan()) : PartitionPlan.NONE));
    }

    private static PartitionPlan plan(PartitionPlanRecord message) {
        return new PartitionPlan(message.getTargetList(), message.getAddingList(), message.getNextLeader());
    }

    private static BrokerRecord broker(BrokerRegistration broker) {
        BrokerRecord.Builder message = BrokerRecord.newBuilder()
                .setBrokerId(broker.brokerId())
                .setIncarnation(Ids.bytes(broker.incarnation()))
                .setEpoch(broker.epoch())
                .setRack(broker.rack().orElse(""))
                .setFeatureLevelMin(broker.features().min())
                .setFeatureLevelMax(broker.features().max())
                .setFenced(broker.fenced())
                .setShuttingDown(broker.shuttingDown());
        new TreeMap<>(broker.listeners()).forEach((name, endpoint) -> message.putListeners(name, endpoint.toString()));
        broker.logDirs().forEach(dir -> message.addLogDirs(Ids.bytes(dir)));
        return message.build();
    }

    private static BrokerRegistration broker(BrokerRecord message) {
        return new BrokerRegistration(
                message.getBrokerId(),
                Ids.incarnation(message.getIncarnation()),
                message.getEpoch(),
                message.getRack().isEmpty() ? Optional.empty() : Optional.of(message.getRack()),
                endpoints(message.getListenersMap()),
                new FeatureRange(message.getFeatureLevelMin(), message.getFeatureLevelMax()),
                message.getLogDirsList().stream().map(Ids::directory).toList(),
                message.getFenced(),
                message.getShuttingDown());
    }

    /** Endpoints by listener name from their text form; throws IllegalArgumentException on a malformed one. */
    public static Map<String, Endpoint> endpoints(Map<String, String> texts) {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        texts.forEach((name, text) -> endpoints.put(name, Endpoint.parse(text)));
        return endpoints;
    }
}
