package io.flotilla.broker.isr;

/** What became of one send of a proposal. */
public enum ProposalOutcome {
    /** Committed; it counts once the leader's own applied metadata shows it. */
    ACCEPTED,
    /** Decided against, for certain. */
    REFUSED,
    /** Decided against, because a member is fenced, shutting down or of another incarnation. */
    INELIGIBLE,
    /** Sent, and nobody knows: it may be committed at any later time. */
    UNKNOWN,
    /** For certain never reached a controller. */
    NOT_SENT
}
