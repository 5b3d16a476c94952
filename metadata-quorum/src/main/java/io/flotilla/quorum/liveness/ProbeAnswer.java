package io.flotilla.quorum.liveness;

/** What a probe of a broker's endpoint found. */
public enum ProbeAnswer {
    /** Nobody listens: the connection was refused. The run is gone. */
    REFUSED(true, "its endpoint refuses connections"),
    /** Another run of a broker answered. The run is gone. */
    ANOTHER_INCARNATION(true, "another process answers at its endpoint"),
    /** The registered run answered: it lives. */
    ALIVE(false, "it answers"),
    /** A time-out, an unreachable host, a name or local error: proves nothing. */
    NO_ANSWER(false, "its endpoint does not answer");

    private final boolean proof;
    private final String finding;

    ProbeAnswer(boolean proof, String finding) {
        this.proof = proof;
        this.finding = finding;
    }

    /** Whether the registered run is certainly over, if a second probe says the same. */
    public boolean proof() {
        return proof;
    }

    /** In words for the operator's log. */
    public String finding() {
        return finding;
    }
}
