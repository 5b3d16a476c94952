package io.flotilla.broker.metadata;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.ReplicaView;
import io.flotilla.broker.partition.FollowerAssignment;
import io.flotilla.broker.partition.TopicBounds;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.BrokersImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicSettings;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A partition of which this broker holds a replica, as the metadata shows it.
 *
 * @param topic name of its topic
 * @param brokerEpochs of the registrations behind the state's replicas, in their order; -1 where there is none
 */
public record LocalPartition(
        PartitionId id, String topic, TopicSettings settings, PartitionState state, List<Long> brokerEpochs) {
    private static final long NOT_REGISTERED = -1;

    public LocalPartition {
        brokerEpochs = List.copyOf(brokerEpochs);
    }

    static LocalPartition of(
            PartitionId id, String topic, TopicSettings settings, PartitionState state, BrokersImage brokers) {
        List<Long> epochs = state.replicas().stream()
                .map(replica -> brokers.broker(replica.brokerId())
                        .map(BrokerRegistration::epoch)
                        .orElse(NOT_REGISTERED))
                .toList();
        return new LocalPartition(id, topic, settings, state, epochs);
    }

    /** What the partition's leader must know. */
    CommittedPartition committed() {
        List<Replica> replicas = state.replicas();
        List<ReplicaView> views = IntStream.range(0, replicas.size())
                .mapToObj(i -> new ReplicaView(
                        replicas.get(i).brokerId(), replicas.get(i).assignmentRevision(), brokerEpochs.get(i)))
                .toList();
        return new CommittedPartition(
                state.leaderEpoch(),
                state.partitionEpoch(),
                views,
                state.isr(),
                settings.minInsyncReplicas(state.replicationFactor()));
    }

    /** What one of its followers must know. */
    FollowerAssignment assignment(int brokerId) {
        return assignment(brokerId, state.leader());
    }

    /** What a replica must know that has nobody to follow. */
    FollowerAssignment assignmentToNobody(int brokerId) {
        return assignment(brokerId, PartitionState.NO_LEADER);
    }

    private FollowerAssignment assignment(int brokerId, int leader) {
        long revision = state.replica(brokerId).map(Replica::assignmentRevision).orElse(0L);
        return new FollowerAssignment(leader, state.leaderEpoch(), state.partitionEpoch(), revision);
    }

    TopicBounds bounds() {
        return new TopicBounds(settings.durability(), settings.maxMessageBytes(), settings.log());
    }

    /** Whether an election may still count on the log of this broker. */
    boolean countsOn(int brokerId) {
        return state.isr().contains(brokerId)
                || state.elr().contains(brokerId)
                || (!state.hasLeader() && state.lastKnownLeader() == brokerId);
    }
}
