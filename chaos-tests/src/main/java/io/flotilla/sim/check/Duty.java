package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus.Role;
import io.flotilla.model.id.IncarnationId;
import java.util.Optional;

/** What a running replica is at: one leader epoch, in one run of its broker, as leader or as follower. */
record Duty(IncarnationId incarnation, int leaderEpoch, boolean leads) {
    /** Empty for a replica that neither leads nor follows. */
    static Optional<Duty> of(ReplicaView replica) {
        return replica.status().flatMap(status -> switch (status.role()) {
            case LEADER -> Optional.of(new Duty(replica.node().incarnation(), status.leaderEpoch(), true));
            case FOLLOWER -> Optional.of(new Duty(replica.node().incarnation(), status.leaderEpoch(), false));
            case IDLE, OFFLINE, STOPPED -> Optional.empty();
        });
    }

    /**
     * Whether the replica runs on a log that is sound, whatever it does with it. A bad bit in what a start had no need
     * to read shows in the files only.
     */
    static boolean hasSoundLog(ReplicaView replica) {
        boolean works = replica.status()
                .filter(status -> status.role() != Role.OFFLINE && status.role() != Role.STOPPED)
                .isPresent();
        return works
                && replica.log()
                        .filter(log -> log.damage() == null
                                && log.logEnd() == replica.stored().end())
                        .isPresent();
    }
}
