package io.flotilla.quorum.liveness;

/** What broker sessions want done. */
public sealed interface LivenessAction {
    /** Ask the broker's registered endpoint who is there, and report the answer. */
    record Probe(int brokerId, long brokerEpoch) implements LivenessAction {}

    /**
     * Propose to fence the broker.
     *
     * @param reason for the operator's log
     */
    record Fence(int brokerId, long brokerEpoch, String reason) implements LivenessAction {}
}
