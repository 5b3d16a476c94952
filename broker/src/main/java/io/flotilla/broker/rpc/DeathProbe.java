package io.flotilla.broker.rpc;

/**
 * Proves that a run of a broker is dead: two probes of its registered endpoint, each refused or answered by another
 * incarnation. Time-outs and unreachable hosts prove nothing. Safe for any thread; must not block.
 */
@FunctionalInterface
public interface DeathProbe {
    /** Proves nothing, ever. */
    DeathProbe NONE = (brokerId, brokerEpoch, proven) -> {};

    /**
     * Looks for a proof, for about as long as a session.
     *
     * @param brokerEpoch the run that is suspected
     * @param proven runs on any thread when the proof is there, never otherwise
     */
    void probe(int brokerId, long brokerEpoch, Runnable proven);
}
