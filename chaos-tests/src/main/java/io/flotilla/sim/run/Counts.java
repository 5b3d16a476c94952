package io.flotilla.sim.run;

import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.check.AckedRecord;
import io.flotilla.sim.check.Election;
import io.flotilla.sim.check.LossBudget;
import io.flotilla.sim.check.NodeView;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.check.Witness;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Counts what happens in a run. */
final class Counts implements Witness {
    private final LossBudget losses;
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<PartitionId, Integer> leaders = new TreeMap<>();

    /** @param losses what is promised at the moment */
    Counts(LossBudget losses) {
        this.losses = losses;
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    void add(String what) {
        count(what);
    }

    void set(String what, long number) {
        counts.put(what, number);
    }

    Map<String, Long> all() {
        return counts;
    }

    long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    @Override
    public void acked(PartitionId partition, AckedRecord record) {
        count(Outcome.ACKED);
        if (losses.mustKeep(partition)) {
            count(Outcome.JUDGED);
        }
    }

    @Override
    public void served(PartitionId partition, int server, long offset, long value, long highWatermark) {
        count("records read");
    }

    @Override
    public void endTold(PartitionId partition, int server, long end, long ackedEnd) {
        count("ends told");
    }

    @Override
    public void truncated(ReplicaView replica, long from, long to, long watermark) {
        count("truncations");
    }

    @Override
    public void elected(PartitionId partition, Election election) {
        count("elections, " + election.kind().name().toLowerCase(Locale.ROOT));
        Integer before = leaders.put(partition, election.leader());
        if (before != null && before != election.leader()) {
            count(Outcome.LEADER_CHANGES);
        }
        if (election.risky()) {
            count("elections that may lose records");
        }
    }

    @Override
    public void ended(NodeView node, boolean powerLost) {
        count("processes ended");
    }

    @Override
    public void directoryFailed(NodeView node, List<PartitionId> partitions) {
        count("log directories failed");
    }
}
