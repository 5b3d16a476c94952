package io.flotilla.quorum.command;

import io.flotilla.model.image.Durability;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Who leads next. Source: KIP-966, with the last known leader only where durability never promised a disk. */
public final class Elections {
    private Elections() {}

    /** How a leader was chosen, from the safest way to the least safe. */
    public enum Kind {
        /** From the ISR: nothing is lost. */
        IN_SYNC,
        /** From the eligible leader replicas, which hold every committed record: nothing is lost. */
        ELIGIBLE,
        /** The last leader of a `replicated` topic, when memory was all that the others had: a loss is possible. */
        LAST_KNOWN,
        /** Anyone, because the topic's config or a command says so: a loss is likely. */
        UNCLEAN;

        /** Whether committed records may be missing. */
        public boolean risky() {
            return this == LAST_KNOWN || this == UNCLEAN;
        }
    }

    /**
     * What an election looks at.
     *
     * @param replicas in order of preference
     * @param lastKnownLeader the last leader, or {@link PartitionState#NO_LEADER} when its log is gone
     * @param eligible whether a broker may lead now
     */
    record Ballot(
            List<Integer> replicas,
            List<Integer> isr,
            List<Integer> elr,
            int lastKnownLeader,
            TopicSettings settings,
            IntPredicate eligible) {}

    /** A leader, and the ISR and ELR with which it starts. */
    record Elected(int leader, List<Integer> isr, List<Integer> elr, Kind kind) {}

    /** The next leader, or nobody. While a complete replica exists, a risky one is chosen only by explicit config. */
    static Optional<Elected> elect(Ballot ballot) {
        for (int id : ballot.replicas) {
            if (ballot.isr.contains(id) && ballot.eligible.test(id)) {
                return Optional.of(new Elected(id, ballot.isr, ballot.elr, Kind.IN_SYNC));
            }
        }
        if (ballot.isr.isEmpty()) {
            for (int id : ballot.replicas) {
                if (ballot.elr.contains(id) && ballot.eligible.test(id)) {
                    List<Integer> rest =
                            ballot.elr.stream().filter(other -> other != id).toList();
                    return Optional.of(new Elected(id, List.of(id), rest, Kind.ELIGIBLE));
                }
            }
        }
        return risky(ballot);
    }

    private static Optional<Elected> risky(Ballot ballot) {
        if (!ballot.isr.isEmpty()) {
            return Optional.empty(); // its members only shut down, so far
        }
        if (ballot.elr.isEmpty()
                && ballot.settings.durability() == Durability.REPLICATED
                && ballot.replicas.contains(ballot.lastKnownLeader)
                && ballot.eligible.test(ballot.lastKnownLeader)) {
            return Optional.of(alone(ballot.lastKnownLeader, Kind.LAST_KNOWN));
        }
        if (ballot.settings.uncleanLeaderElection()) {
            return ballot.replicas.stream()
                    .filter(ballot.eligible::test)
                    .findFirst()
                    .map(id -> alone(id, Kind.UNCLEAN));
        }
        return Optional.empty();
    }

    /** From here on the leader's log is the truth: what others hold beyond it is no longer committed. */
    private static Elected alone(int leader, Kind kind) {
        return new Elected(leader, List.of(leader), List.of(), kind);
    }
}
