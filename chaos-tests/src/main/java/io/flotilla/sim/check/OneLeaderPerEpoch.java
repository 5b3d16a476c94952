package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import java.util.Map;
import java.util.TreeMap;

/** No epoch of a partition is led by two brokers, nor by two runs of one. */
public final class OneLeaderPerEpoch implements Predicate {
    private record Epoch(PartitionId partition, int epoch) implements Comparable<Epoch> {
        @Override
        public int compareTo(Epoch other) {
            int byPartition = partition.compareTo(other.partition);
            return byPartition != 0 ? byPartition : Integer.compare(epoch, other.epoch);
        }
    }

    private record Run(int node, IncarnationId incarnation) {}

    private final Map<Epoch, Run> leaders = new TreeMap<>();

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        for (ReplicaView replica : touched.replicas()) {
            replica.status()
                    .filter(status -> status.role() == PartitionStatus.Role.LEADER)
                    .ifPresent(status -> note(replica, status.leaderEpoch()));
        }
    }

    private void note(ReplicaView replica, int leaderEpoch) {
        Epoch epoch = new Epoch(replica.partition(), leaderEpoch);
        Run run = new Run(replica.node().id(), replica.node().incarnation());
        Run before = leaders.putIfAbsent(epoch, run);
        check(
                before == null || before.equals(run),
                "epoch %d of %s is led by %s, and was by %s",
                leaderEpoch,
                replica.partition(),
                run,
                before);
    }
}
