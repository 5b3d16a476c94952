package io.flotilla.sim.check;

import java.util.List;

/** All predicates that are looked at during a run; liveness is asked for at its end. */
public final class Predicates {
    private Predicates() {}

    /** Fresh ones, for one run on this cluster. */
    public static List<Predicate> all(ClusterView cluster) {
        return List.of(
                new OneLeaderPerEpoch(),
                new LeaderCandidateComplete(),
                new CommittedImmutable(cluster),
                new NoAckedLost(cluster));
    }
}
