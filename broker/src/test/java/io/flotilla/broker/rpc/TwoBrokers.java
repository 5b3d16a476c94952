package io.flotilla.broker.rpc;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.isr.ProposalOutcome;
import io.flotilla.broker.isr.ReplicaView;
import io.flotilla.broker.log.FileLog;
import io.flotilla.broker.metadata.Cluster;
import io.flotilla.broker.partition.FollowerAssignment;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Partition 0 of topic orders on brokers 1 and 2, with files, sockets and threads; the test is the controller, which
 * takes every proposal of the current leader.
 */
final class TwoBrokers implements AutoCloseable {
    static final PartitionId PARTITION = Cluster.ORDERS_0;
    static final String TOPIC = "orders";
    private static final long ASSIGNED_AT = 4;

    private final Durability durability;
    private final Map<Integer, FileLog> storage;
    private final @Nullable BrokerNode[] nodes = new BrokerNode[3];
    /** Written under the lock; the nodes' threads read. */
    private volatile MetadataImage image = Cluster.threeBrokers();

    private long registrations = 10;

    TwoBrokers(Path directory, Durability durability) throws IOException {
        this.durability = durability;
        this.storage = Map.of(1, new FileLog(directory.resolve("1")), 2, new FileLog(directory.resolve("2")));
        apply(Cluster.orders());
        start(1);
        start(2);
    }

    BrokerNode node(int id) {
        BrokerNode node = nodes[id];
        if (node == null) {
            throw new IllegalStateException("broker " + id + " is down");
        }
        return node;
    }

    MetadataImage image() {
        return image;
    }

    synchronized boolean isCurrent(int broker, long epoch) {
        return image.brokers()
                .broker(broker)
                .filter(found -> found.epoch() == epoch)
                .isPresent();
    }

    /** Starts a run of the broker on its files and registers it. */
    synchronized BrokerNode start(int id) throws IOException {
        long epoch = ++registrations;
        BrokerNode node = new BrokerNode(id, epoch, Cluster.run(epoch), storage.get(id), durability, this);
        nodes[id] = node;
        apply(new BrokerSet(new BrokerRegistration(
                id,
                node.incarnation,
                epoch,
                Optional.empty(),
                Map.of(BrokerRegistration.INTERNAL_LISTENER, node.endpoint()),
                FeatureRange.CURRENT,
                List.of(),
                false,
                false)));
        tell();
        return node;
    }

    /** Ends the run of a broker; its files stay as they are. */
    void stop(int id) {
        node(id).close();
        nodes[id] = null;
    }

    /** Opens the log of a stopped broker from its files again and starts another run. */
    BrokerNode restart(int id) throws IOException {
        storage.get(id).reopen();
        return start(id);
    }

    /** Decides on a leadership. */
    synchronized void lead(int leader, int leaderEpoch, Integer... isr) {
        decide(new PartitionState(
                List.of(new Replica(1, ASSIGNED_AT), new Replica(2, ASSIGNED_AT)),
                List.of(isr),
                List.of(),
                leader,
                leaderEpoch,
                state().map(before -> before.partitionEpoch() + 1).orElse(0),
                leader,
                PartitionPlan.NONE));
    }

    List<Integer> isr() {
        return state().map(PartitionState::isr).orElse(List.of());
    }

    synchronized void propose(PartitionId partition, IsrProposal proposal, Consumer<ProposalOutcome> outcome) {
        PartitionState now = state().orElseThrow();
        if (proposal.leaderEpoch() != now.leaderEpoch()
                || proposal.partitionEpoch() != now.partitionEpoch()
                || proposal.isr().stream().anyMatch(member -> !isCurrent(member.brokerId(), member.brokerEpoch()))) {
            outcome.accept(ProposalOutcome.REFUSED);
            return;
        }
        outcome.accept(ProposalOutcome.ACCEPTED);
        decide(new PartitionState(
                now.replicas(),
                proposal.brokerIds(),
                List.of(),
                now.leader(),
                now.leaderEpoch(),
                now.partitionEpoch() + 1,
                now.leader(),
                PartitionPlan.NONE));
    }

    private Optional<PartitionState> state() {
        return image.topics().partition(PARTITION);
    }

    private void decide(PartitionState state) {
        apply(new PartitionSet(PARTITION.topic(), PARTITION.partition(), state));
        tell();
    }

    /** Brings the applied metadata to the partition of every broker that runs. */
    private void tell() {
        Optional<PartitionState> known = state();
        for (BrokerNode node : nodes) {
            if (node == null || known.isEmpty()) {
                continue;
            }
            PartitionState state = known.get();
            if (state.leader() == node.id) {
                node.partition.becomeLeader(committed(state), node.epoch);
            } else {
                node.partition.becomeFollower(new FollowerAssignment(
                        state.leader(), state.leaderEpoch(), state.partitionEpoch(), ASSIGNED_AT));
            }
        }
    }

    private CommittedPartition committed(PartitionState state) {
        List<ReplicaView> replicas = new ArrayList<>();
        for (Replica replica : state.replicas()) {
            long epoch = image.brokers()
                    .broker(replica.brokerId())
                    .map(BrokerRegistration::epoch)
                    .orElse(-1L);
            replicas.add(new ReplicaView(replica.brokerId(), replica.assignmentRevision(), epoch));
        }
        return new CommittedPartition(state.leaderEpoch(), state.partitionEpoch(), replicas, state.isr(), 1);
    }

    private void apply(MetadataRecord... records) {
        image = Cluster.change(image, records).after();
    }

    @Override
    public void close() {
        for (BrokerNode node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }
}
