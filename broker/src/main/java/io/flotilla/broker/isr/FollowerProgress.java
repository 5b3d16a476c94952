package io.flotilla.broker.isr;

/** What a leader knows of one replica in its current epoch. Owned by the leader's state. */
final class FollowerProgress {
    /** Stands for "nothing heard in this epoch". */
    static final long NOTHING = -1;

    private final int brokerId;
    private final long assignmentRevision;
    /** Epoch that the follower's fetch stream was opened with, or {@link #NOTHING}. */
    private long streamBrokerEpoch = NOTHING;
    /** Session in which the replica's log was found to agree with ours, or {@link #NOTHING}. */
    private long session = NOTHING;
    /** The replica holds all offsets below this, at the topic's durability; {@link #NOTHING} before its first fetch. */
    private long reportedOffset = NOTHING;
    /** The largest round that it has seen; 0 before the first. */
    private long seenRound;
    /** When it last spoke in this epoch; Long.MIN_VALUE before. */
    private long heardAtNanos = Long.MIN_VALUE;
    /** The last moment known at which it held all that the log held. */
    private long caughtUpAtNanos;
    /** Proven dead, and not heard since. */
    private boolean lost;
    /** When it may next be proposed for the ISR. */
    private long joinAtNanos;
    /** It must have seen this round before it is proposed. */
    private long joinRound;

    FollowerProgress(int brokerId, long assignmentRevision, long nowNanos) {
        this.brokerId = brokerId;
        this.assignmentRevision = assignmentRevision;
        this.caughtUpAtNanos = nowNanos;
        this.joinAtNanos = nowNanos;
    }

    /** Judges a message before its offset is believed. */
    ReportVerdict judge(ReplicaReport report) {
        if (report.assignmentRevision() != assignmentRevision) {
            return ReportVerdict.UNKNOWN_REPLICA;
        }
        if (report.brokerEpoch() < streamBrokerEpoch) {
            return ReportVerdict.STALE_BROKER_EPOCH;
        }
        if (report.brokerEpoch() == streamBrokerEpoch && report.session() < session) {
            return ReportVerdict.LATE;
        }
        return ReportVerdict.TAKEN;
    }

    /** Whether the message belongs to the session whose log was found to agree with ours. */
    boolean matches(ReplicaReport report) {
        return report.brokerEpoch() == streamBrokerEpoch && report.session() == session;
    }

    /** Starts a session in which the replica's log agrees with ours. */
    void enter(ReplicaReport report) {
        if (!matches(report)) {
            streamBrokerEpoch = report.brokerEpoch();
            session = report.session();
            reportedOffset = NOTHING;
            seenRound = 0;
        }
    }

    void take(ReplicaReport report, Lateness lateness) {
        reportedOffset = Math.max(reportedOffset, Math.min(report.reportedOffset(), lateness.logEnd()));
        seenRound = Math.max(seenRound, report.seenRound());
        heardAtNanos = lateness.nowNanos();
        lost = false;
        caughtUpAtNanos = lateness.caughtUpAtNanos(reportedOffset, caughtUpAtNanos);
    }

    /** Whether the replica was last caught up too long ago for the ISR (R17). */
    boolean late(Lateness lateness) {
        return lateness.tooLate(lateness.caughtUpAtNanos(reportedOffset, caughtUpAtNanos));
    }

    /** Whether a member of the ISR may remain one. */
    boolean stays(Lateness lateness) {
        return !lost && !late(lateness);
    }

    /**
     * Whether a replica outside the ISR may join it (R3). A late one may not, or a frozen replica at a frozen high
     * watermark would leave and join for ever.
     */
    boolean joins(long joinOffset, Lateness lateness, Eligibility eligibility) {
        return reportedOffset >= joinOffset
                && stays(lateness)
                && lateness.nowNanos() - joinAtNanos >= 0
                && !owesEcho()
                && eligibility.mayJoin(brokerId, streamBrokerEpoch);
    }

    /** Whether time alone may change what becomes of the replica. */
    boolean unsettled(CommittedPartition committed, long logEnd) {
        if (committed.isr().contains(brokerId)) {
            return lost || reportedOffset < logEnd;
        }
        return !lost && reportedOffset != NOTHING;
    }

    /** Takes the proof that the run of the broker behind the stream is dead; false when a later one has spoken. */
    boolean lose(long brokerEpoch) {
        if (brokerEpoch < streamBrokerEpoch) {
            return false;
        }
        lost = true;
        return true;
    }

    /**
     * Somebody else took it out of the ISR, for what we do not know of: a failed disk, for one. What it reported before
     * that is no reason to let it in again.
     */
    void mustEcho(long round) {
        joinRound = round;
    }

    boolean owesEcho() {
        return seenRound < joinRound;
    }

    void mayNotJoinBefore(long atNanos) {
        joinAtNanos = atNanos;
    }

    boolean heardWithin(long spanNanos, long nowNanos, Contacts contacts) {
        if (heardAtNanos == Long.MIN_VALUE) {
            return false;
        }
        long streamAt = contacts.replicaHeardAtNanos(brokerId);
        return nowNanos - heardAtNanos < spanNanos || (streamAt != Long.MIN_VALUE && nowNanos - streamAt < spanNanos);
    }

    int brokerId() {
        return brokerId;
    }

    long assignmentRevision() {
        return assignmentRevision;
    }

    long streamBrokerEpoch() {
        return streamBrokerEpoch;
    }

    long reportedOffset() {
        return reportedOffset;
    }

    long seenRound() {
        return seenRound;
    }
}
