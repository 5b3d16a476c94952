package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import java.util.Map;
import java.util.TreeMap;

/**
 * Within one leader epoch no replica's high watermark goes back, unless more was lost than the topic survives, or the
 * replica itself lost what it knew to be committed.
 */
public final class HwMonotone implements Predicate {
    private record Seen(Duty duty, long highWatermark) {}

    private final Map<ReplicaId, Seen> replicas = new TreeMap<>();

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        for (ReplicaView replica : touched.replicas()) {
            Duty.of(replica)
                    .ifPresent(duty -> look(
                            replica,
                            new Seen(
                                    duty,
                                    replica.status()
                                            .map(PartitionStatus::highWatermark)
                                            .orElse(0L)),
                            cluster));
        }
    }

    private void look(ReplicaView replica, Seen now, ClusterView cluster) {
        Seen before = replicas.put(ReplicaId.of(replica), now);
        check(
                before == null
                        || !before.duty().equals(now.duty())
                        || before.highWatermark() <= now.highWatermark()
                        || !cluster.losses().mustKeep(replica.partition())
                        || cluster.losses().isDestroyed(replica.node().id(), replica.partition()),
                "the high watermark of %s on broker %d goes back from %s to %s",
                replica.partition(),
                replica.node().id(),
                before,
                now);
    }
}
