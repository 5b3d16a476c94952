package io.flotilla.quorum.liveness;

/** What the active controller knows of one run of a broker. */
final class BrokerSession {
    /** Where a suspicion stands. */
    enum Suspicion {
        /** Nothing speaks against the broker but, perhaps, its silence. */
        NONE,
        /** Waits until {@link #probeAtNanos} for its next probe. */
        WAITING,
        /** A probe is under way. */
        PROBING,
        /** Two probes proved that the run is over. */
        PROVEN
    }

    final int brokerId;
    final long brokerEpoch;
    boolean fenced;
    boolean streamOpen;
    /** The broker was told that it may stop. */
    boolean mayStop;
    /** Revision that the broker has applied, as it last said; -1 before. */
    long appliedRevision = -1;
    /** When the broker was last heard of. */
    long heardAtNanos;

    Suspicion suspicion = Suspicion.NONE;
    /** The first of two probes was proof. */
    boolean provenOnce;

    /** Its fencing by probe counts against the minority; once, however often it is proposed. */
    boolean countedAsProbed;

    long probeAtNanos;
    /** When fencing may be proposed again. */
    long fenceAtNanos;

    String finding = "";

    BrokerSession(int brokerId, long brokerEpoch, boolean fenced, long nowNanos) {
        this.brokerId = brokerId;
        this.brokerEpoch = brokerEpoch;
        this.fenced = fenced;
        this.heardAtNanos = nowNanos;
        this.fenceAtNanos = nowNanos;
    }

    void heard(long nowNanos) {
        heardAtNanos = nowNanos;
        clearSuspicion();
    }

    void clearSuspicion() {
        suspicion = Suspicion.NONE;
        provenOnce = false;
        countedAsProbed = false;
    }

    void suspect(long probeAt) {
        clearSuspicion();
        suspicion = Suspicion.WAITING;
        probeAtNanos = probeAt;
    }
}
