package io.flotilla.quorum.raft;

/**
 * What became of a change to the quorum: of its voters, or of its leader.
 *
 * @param detail a sentence for the operator
 */
public record QuorumChange(Verdict verdict, String detail) {

    /** Whether the quorum is now as wished, and what else is to be done. */
    public enum Verdict {
        /** It was changed. */
        DONE,
        /** It was so already. */
        NOT_NEEDED,
        /** Another node leads: nothing was changed here. */
        NOT_LEADER,
        /** Another change has to end first. */
        PENDING,
        /** There is no such voter. */
        UNKNOWN_VOTER,
        /** There is another voter with that id or that endpoint. */
        DUPLICATE_VOTER,
        /** It would harm the quorum as it is now. */
        REFUSED,
        /** It did not come about in its time; the quorum is as it was. */
        FAILED,
        /** It may have been made or not; whoever leads now is to be asked for it again. */
        UNCERTAIN
    }

    /** Whether another attempt of the same change would find nothing else. */
    public boolean isFinal() {
        return verdict != Verdict.NOT_LEADER && verdict != Verdict.UNCERTAIN;
    }

    /** Whether the quorum is as wished. */
    public boolean holds() {
        return verdict == Verdict.DONE || verdict == Verdict.NOT_NEEDED;
    }
}
