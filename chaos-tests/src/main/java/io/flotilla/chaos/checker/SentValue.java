package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop.Fate;

/** A value that a process sent to one partition, and what it learnt of it. Owned by the facts of the partition. */
final class SentValue {
    private final int process;
    private final long value;
    private final long invokedAt;
    /** The highest offset of the partition that had been acknowledged to anybody when this send began; -1 for none. */
    private final long ackedBefore;

    private Fate fate = Fate.UNKNOWN;
    /** As acknowledged; -1 without acknowledgement. */
    private long offset = -1;

    private long endedAt = -1;

    SentValue(int process, long value, long invokedAt, long ackedBefore) {
        this.process = process;
        this.value = value;
        this.invokedAt = invokedAt;
        this.ackedBefore = ackedBefore;
    }

    void end(Fate fate, long offset, long endedAt) {
        this.fate = fate;
        this.offset = offset;
        this.endedAt = endedAt;
    }

    int process() {
        return process;
    }

    long value() {
        return value;
    }

    long ackedBefore() {
        return ackedBefore;
    }

    Fate fate() {
        return fate;
    }

    boolean isAcked() {
        return fate == Fate.ACKED;
    }

    long offset() {
        return offset;
    }

    @Override
    public String toString() {
        return "value " + value + " (process " + process + ", op " + invokedAt
                + (endedAt < 0 ? ", never ended" : ", ended by op " + endedAt)
                + (isAcked() ? ", acknowledged at " + offset : ", " + fate) + ")";
    }
}
