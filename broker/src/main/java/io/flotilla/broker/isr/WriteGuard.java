package io.flotilla.broker.isr;

/** Decides whether a leader still takes writes (R13, R14). */
final class WriteGuard {
    private final IsrSettings settings;
    private final long beganAtNanos;
    private boolean newerEpochShown;
    private boolean draining;
    /** Whether the drain is for another leader that the controller planned, and not for the end of this process. */
    private boolean planned;
    /** A planned drain does not count while the controller that must end it is silent. */
    private boolean suspended;

    private long drainingSinceNanos;

    WriteGuard(IsrSettings settings, long nowNanos) {
        this.settings = settings;
        this.beganAtNanos = nowNanos;
    }

    void onNewerEpoch() {
        newerEpochShown = true;
    }

    boolean deposed() {
        return newerEpochShown;
    }

    void drain(long nowNanos) {
        begin(nowNanos);
        planned = false;
        suspended = false;
    }

    void drainAsPlanned(long nowNanos) {
        planned |= !draining;
        begin(nowNanos);
    }

    private void begin(long nowNanos) {
        if (!draining) {
            draining = true;
            drainingSinceNanos = nowNanos;
        }
    }

    void endDrain() {
        draining = false;
        planned = false;
        suspended = false;
    }

    /** Whether writes are refused for a drain now. */
    boolean draining() {
        return draining && !suspended;
    }

    /** Whether a drain waits for something, if only for the controller. */
    boolean drains() {
        return draining;
    }

    /** Whether a drain has waited long enough for its pending acknowledgements. */
    boolean drainOver(long nowNanos) {
        return draining() && nowNanos - drainingSinceNanos >= settings.drainNanosMax();
    }

    /**
     * Nobody but the controller ends a planned drain. After a session without it, and no sooner than a drain may take,
     * the leader goes on as R13 has it, and drains anew, for its acknowledgements, when the controller is back. That it
     * resigned before does no harm: whoever is elected late fences it.
     */
    void onContacts(long nowNanos, Contacts contacts) {
        boolean silent = nowNanos - contacts.controllerHeardAtNanos() >= settings.sessionNanos();
        if (suspended && !silent) {
            drainingSinceNanos = nowNanos;
        }
        suspended = silent && planned && (suspended || drainOver(nowNanos));
    }

    WriteVerdict verdict(long nowNanos, Contacts contacts, CommittedPartition committed, Followers followers) {
        if (newerEpochShown) {
            return WriteVerdict.DEPOSED;
        }
        onContacts(nowNanos, contacts);
        if (draining()) {
            return WriteVerdict.DRAINING;
        }
        return isolated(nowNanos, contacts, committed, followers) ? WriteVerdict.ISOLATED : WriteVerdict.WRITABLE;
    }

    private boolean isolated(long nowNanos, Contacts contacts, CommittedPartition committed, Followers followers) {
        long session = settings.sessionNanos();
        if (nowNanos - beganAtNanos < session || nowNanos - contacts.controllerHeardAtNanos() < session) {
            return false;
        }
        long heard = followers
                .members(committed)
                .filter(follower -> follower.heardWithin(session, nowNanos, contacts))
                .count();
        return heard + 1 < committed.isrSizeMin();
    }
}
