package io.flotilla.broker.isr;

/** Decides whether a leader still takes writes (R13, R14). */
final class WriteGuard {
    private final IsrSettings settings;
    private final long beganAtNanos;
    private boolean newerEpochShown;
    private boolean draining;
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
        if (!draining) {
            draining = true;
            drainingSinceNanos = nowNanos;
        }
    }

    void endDrain() {
        draining = false;
    }

    boolean draining() {
        return draining;
    }

    /** Whether a planned move has waited long enough for its pending acknowledgements. */
    boolean drainOver(long nowNanos) {
        return draining && nowNanos - drainingSinceNanos >= settings.drainNanosMax();
    }

    WriteVerdict verdict(long nowNanos, Contacts contacts, CommittedPartition committed, Followers followers) {
        if (newerEpochShown) {
            return WriteVerdict.DEPOSED;
        }
        if (draining) {
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
