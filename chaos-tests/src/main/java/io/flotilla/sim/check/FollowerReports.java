package io.flotilla.sim.check;

import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/**
 * The most that each follower can truthfully have reported in each leader epoch: what it held at the topic's durability
 * while it followed in that epoch. Kept by predicates from what the replicas show, not from what leaders believe.
 */
final class FollowerReports {
    /** Stands for "never followed in that epoch". */
    static final long NOTHING = -1;

    private record Following(PartitionId partition, int node, int leaderEpoch) implements Comparable<Following> {
        private static final Comparator<Following> ORDER = Comparator.comparing(Following::partition)
                .thenComparingInt(Following::node)
                .thenComparingInt(Following::leaderEpoch);

        @Override
        public int compareTo(Following other) {
            return ORDER.compare(this, other);
        }
    }

    /** @param run the one that followed last */
    private record Report(IncarnationId run, long offsetOfRun, long offsetOfAnyRun) {}

    private final Map<Following, Report> reports = new TreeMap<>();

    /** Takes in what the touched replicas hold now. */
    void note(Touched touched) {
        for (ReplicaView replica : touched.replicas()) {
            replica.status()
                    .filter(status -> status.role() == PartitionStatus.Role.FOLLOWER || endedHere(replica, status))
                    .ifPresent(status -> note(replica, status));
        }
    }

    /** A follower may end, by its disk, damage or its topic, in the very turn in which it held, and reported, more. */
    private boolean endedHere(ReplicaView replica, PartitionStatus status) {
        boolean damaged = replica.log().filter(log -> log.damage() != null).isPresent();
        boolean ended = status.role() == PartitionStatus.Role.OFFLINE || status.role() == PartitionStatus.Role.STOPPED;
        return (damaged || ended)
                && offset(
                                replica.partition(),
                                replica.node().id(),
                                status.leaderEpoch(),
                                replica.node().incarnation())
                        != NOTHING;
    }

    /** A follower may end in the very turn in which it held, and reported, more than it ever showed. */
    void noteLast(NodeView node) {
        for (ReplicaView replica : node.replicas()) {
            boolean replicated = node.applied()
                    .topics()
                    .withId(replica.partition().topic())
                    .filter(topic -> topic.settings().durability() == Durability.REPLICATED)
                    .isPresent();
            long held = replicated ? replica.log().map(PartitionLog::logEnd).orElse(0L) : 0L;
            replica.status()
                    .filter(status -> status.role() == PartitionStatus.Role.FOLLOWER)
                    .ifPresent(status -> note(replica, status, held));
        }
    }

    private void note(ReplicaView replica, PartitionStatus status) {
        note(replica, status, 0);
    }

    private void note(ReplicaView replica, PartitionStatus status, long held) {
        long offset = Math.max(
                Math.max(held, status.reportedOffset()),
                replica.log().map(PartitionLog::durableEnd).orElse(0L));
        note(
                new Following(replica.partition(), replica.node().id(), status.leaderEpoch()),
                replica.node().incarnation(),
                offset);
    }

    /** What a follower told its leader just now. */
    void told(NodeView node, PartitionId partition, int leaderEpoch, long offset) {
        note(new Following(partition, node.id(), leaderEpoch), node.incarnation(), offset);
    }

    private void note(Following key, IncarnationId run, long offset) {
        Report before = reports.get(key);
        long ofAny = before == null ? offset : Math.max(before.offsetOfAnyRun(), offset);
        long ofRun = before != null && before.run().equals(run) ? Math.max(before.offsetOfRun(), offset) : offset;
        reports.put(key, new Report(run, ofRun, ofAny));
    }

    /** A follower cut its log, so that earlier reports of the epoch speak of other batches. */
    void truncated(ReplicaView replica, long to) {
        replica.status()
                .ifPresent(status -> reports.computeIfPresent(
                        new Following(replica.partition(), replica.node().id(), status.leaderEpoch()),
                        (key, report) -> new Report(
                                report.run(),
                                Math.min(report.offsetOfRun(), to),
                                Math.min(report.offsetOfAnyRun(), to))));
    }

    /** What the node reported in the epoch, in whatever run; {@link #NOTHING} when it never followed in it. */
    long offset(PartitionId partition, int node, int leaderEpoch) {
        Report report = reports.get(new Following(partition, node, leaderEpoch));
        return report == null ? NOTHING : report.offsetOfAnyRun();
    }

    /** As {@link #offset}, in this run. */
    long offset(PartitionId partition, int node, int leaderEpoch, IncarnationId run) {
        Report report = reports.get(new Following(partition, node, leaderEpoch));
        return report == null || !report.run().equals(run) ? NOTHING : report.offsetOfRun();
    }
}
