package io.flotilla.client;

import java.util.List;

/**
 * How far a change to the metadata quorum is.
 *
 * @param detail a sentence for people
 * @param voters the voters' node ids as the leader counts them now
 */
public record QuorumStep(State state, String detail, List<Integer> voters) {
    public QuorumStep {
        voters = List.copyOf(voters);
    }

    /** Whether there is more to come. */
    public enum State {
        UNDER_WAY,
        DONE,
        /** The quorum was so already. */
        NOT_NEEDED
    }
}
