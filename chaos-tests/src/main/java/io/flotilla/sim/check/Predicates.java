package io.flotilla.sim.check;

import java.util.List;

/** All predicates that are looked at during a run; liveness is asked for at its end. */
public final class Predicates {
    private Predicates() {}

    /** Fresh ones, for one run on this cluster. */
    public static List<Predicate> all(ClusterView cluster) {
        return List.of(
                new OneLeaderPerEpoch(),
                new MonotoneEpochs(),
                new ControllerShape(),
                new QuorumSuperset(),
                new HwAdvance(),
                new ReportedIsStored(cluster),
                new HwMonotone(),
                new ExpansionLegal(),
                new MetadataPrefix(),
                new LeaderCandidateComplete(),
                new LeaderComplete(),
                new LogMatching(),
                new DeletedStaysDeleted(),
                new CommittedImmutable(cluster),
                new EpochHistory(),
                new ProducerState(),
                new NoAckedLost(cluster),
                new ConsistentRead(cluster),
                new EndOffsetCurrent(cluster));
    }
}
