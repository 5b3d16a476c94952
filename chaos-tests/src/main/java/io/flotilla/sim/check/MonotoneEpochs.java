package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.PartitionState;
import java.util.Map;
import java.util.TreeMap;

/**
 * Leader, partition and broker epochs never decrease: in the committed metadata, and in the roles that a replica takes,
 * restarts included.
 */
public final class MonotoneEpochs implements Predicate {
    private record Epochs(int leaderEpoch, int partitionEpoch) {}

    private final Map<PartitionId, Epochs> partitions = new TreeMap<>();
    private final Map<Integer, Long> brokers = new TreeMap<>();
    private final Map<ReplicaId, Integer> replicas = new TreeMap<>();

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        if (touched.controller()) {
            cluster.controller().image().brokers().all().forEach(this::note);
            for (PartitionId partition : cluster.partitions()) {
                cluster.controller().partition(partition).ifPresent(state -> note(partition, state));
            }
        }
        touched.replicas()
                .forEach(
                        replica -> Duty.of(replica).ifPresent(duty -> note(ReplicaId.of(replica), duty.leaderEpoch())));
    }

    private void note(BrokerRegistration broker) {
        Long before = brokers.put(broker.brokerId(), broker.epoch());
        check(
                before == null || before <= broker.epoch(),
                "the epoch of broker %d goes back from %s to %d",
                broker.brokerId(),
                before,
                broker.epoch());
    }

    private void note(PartitionId partition, PartitionState state) {
        Epochs now = new Epochs(state.leaderEpoch(), state.partitionEpoch());
        Epochs before = partitions.put(partition, now);
        check(
                before == null
                        || (before.leaderEpoch() <= now.leaderEpoch()
                                && before.partitionEpoch() <= now.partitionEpoch()),
                "%s of %s comes after %s",
                now,
                partition,
                before);
    }

    private void note(ReplicaId replica, int leaderEpoch) {
        Integer before = replicas.put(replica, leaderEpoch);
        check(
                before == null || before <= leaderEpoch,
                "%s takes a role in leader epoch %d after one in %s",
                replica,
                leaderEpoch,
                before);
    }
}
