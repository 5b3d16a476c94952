package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whoever a leader adds to its ISR is in service, in the very run that has followed in this leader epoch, and held then
 * all that is committed and all that the leader had when its epoch began (R3, R5).
 */
public final class ExpansionLegal implements Predicate, Witness {
    private record Leadership(PartitionId partition, int leaderEpoch) implements Comparable<Leadership> {
        private static final Comparator<Leadership> ORDER =
                Comparator.comparing(Leadership::partition).thenComparingInt(Leadership::leaderEpoch);

        @Override
        public int compareTo(Leadership other) {
            return ORDER.compare(this, other);
        }
    }

    private final FollowerReports reports = new FollowerReports();
    private final Map<Leadership, Long> epochStarts = new TreeMap<>();
    private long revision;

    @Override
    public void truncated(ReplicaView replica, long from, long to, long watermark) {
        reports.truncated(replica, to);
    }

    @Override
    public void reported(NodeView node, PartitionId partition, int leaderEpoch, long offset) {
        reports.told(node, partition, leaderEpoch, offset);
    }

    @Override
    public void ending(NodeView node) {
        reports.noteLast(node);
    }

    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        reports.note(touched);
        for (ReplicaView replica : touched.replicas()) {
            replica.leadership()
                    .ifPresent(leader -> epochStarts.putIfAbsent(
                            new Leadership(replica.partition(), leader.leaderEpoch()), leader.epochStart()));
        }
        if (touched.controller()) {
            long last = cluster.controller().image().revision();
            for (; revision < last; revision++) {
                Optional<MetadataImage> before = cluster.controller().at(revision);
                Optional<MetadataImage> after = cluster.controller().at(revision + 1);
                if (before.isPresent() && after.isPresent()) {
                    compare(cluster, before.get(), after.get());
                }
            }
        }
    }

    private void compare(ClusterView cluster, MetadataImage before, MetadataImage after) {
        if (before.topics() == after.topics()) {
            return;
        }
        for (PartitionId partition : cluster.partitions()) {
            Optional<PartitionState> old = before.topics().partition(partition);
            Optional<PartitionState> now = after.topics().partition(partition);
            boolean sameLeadership = old.isPresent()
                    && now.isPresent()
                    && old.get() != now.get()
                    && old.get().hasLeader()
                    && old.get().leader() == now.get().leader()
                    && old.get().leaderEpoch() == now.get().leaderEpoch();
            if (sameLeadership) {
                now.get().isr().stream()
                        .filter(id -> !old.get().isr().contains(id))
                        .forEach(id -> look(cluster, partition, now.get(), after, id));
            }
        }
    }

    private void look(
            ClusterView cluster, PartitionId partition, PartitionState state, MetadataImage image, int added) {
        Optional<BrokerRegistration> broker = image.brokers().broker(added);
        check(
                broker.filter(BrokerRegistration::eligible).isPresent(),
                "broker %d joins the isr of %s and is not in service: %s",
                added,
                partition,
                broker);
        long held = broker.map(
                        registered -> reports.offset(partition, added, state.leaderEpoch(), registered.incarnation()))
                .orElse(FollowerReports.NOTHING);
        long begun = epochStarts.getOrDefault(new Leadership(partition, state.leaderEpoch()), 0L);
        long committed = cluster.losses().mustKeep(partition)
                ? cluster.ghosts().of(partition).trueHighWatermark()
                : 0;
        check(
                held >= Math.max(begun, committed),
                "broker %d joins the isr of %s in leader epoch %d, where its run reported %d; the epoch began at %d,"
                        + " and %d offsets are committed",
                added,
                partition,
                state.leaderEpoch(),
                held,
                begun,
                committed);
    }
}
