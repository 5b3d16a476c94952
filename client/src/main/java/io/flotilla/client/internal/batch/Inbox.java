package io.flotilla.client.internal.batch;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The door between application threads and the producer's loop: bounds the memory of all unanswered records and keeps
 * the records that the loop has not seen yet. Safe for any thread.
 */
public final class Inbox {
    private final long capacityBytes;
    private final int wakeBytes;
    private final Runnable wake;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();

    private List<PendingRecord> records = new ArrayList<>();
    private long recordBytes;
    private long usedBytes;
    private int waiters;
    private boolean closed;
    /** Whether the loop sleeps without a timer that would let it look here soon. */
    private boolean wakeOnFirst = true;

    /**
     * @param capacityBytes bound of all unanswered records
     * @param wakeBytes so much unseen makes it worth waking a loop that will look later anyway
     * @param wake wakes the loop
     */
    public Inbox(long capacityBytes, int wakeBytes, Runnable wake) {
        this.capacityBytes = capacityBytes;
        this.wakeBytes = wakeBytes;
        this.wake = wake;
    }

    /**
     * Hands a record over; waits for room.
     *
     * @throws FlotillaException NOT_APPLIED when there is no room for so long, or after close
     */
    public void offer(PendingRecord record, long maxBlockMs) throws InterruptedException {
        boolean wakes;
        lock.lock();
        try {
            reserve(record.sizeBytes(), maxBlockMs);
            boolean first = records.isEmpty();
            records.add(record);
            long before = recordBytes;
            recordBytes += record.sizeBytes();
            wakes = (first && wakeOnFirst) || (before < wakeBytes && recordBytes >= wakeBytes);
        } finally {
            lock.unlock();
        }
        if (wakes) {
            wake.run();
        }
    }

    private void reserve(int bytes, long maxBlockMs) throws InterruptedException {
        long nanosLeft = TimeUnit.MILLISECONDS.toNanos(maxBlockMs);
        while (!closed && usedBytes > 0 && usedBytes + bytes > capacityBytes) {
            if (nanosLeft <= 0) {
                throw FlotillaError.notApplied(
                                ErrorCode.REQUEST_TIMED_OUT,
                                "no room for a record of " + bytes + " bytes within max.block.ms " + maxBlockMs
                                        + ": buffer.memory " + capacityBytes + " is full of unanswered records")
                        .exception();
            }
            waiters++;
            try {
                wake.run();
                nanosLeft = freed.awaitNanos(nanosLeft);
            } finally {
                waiters--;
            }
        }
        if (closed) {
            throw FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, "the producer is closed")
                    .exception();
        }
        usedBytes += bytes;
    }

    /** Takes what came since the last call, in order. */
    List<PendingRecord> take() {
        lock.lock();
        try {
            if (records.isEmpty()) {
                return List.of();
            }
            List<PendingRecord> taken = records;
            records = new ArrayList<>(taken.size());
            recordBytes = 0;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells how the loop is about to sleep.
     *
     * @param withoutTimer it must be woken by the next record
     * @return false when there are records already: do not sleep
     */
    boolean mayRest(boolean withoutTimer) {
        lock.lock();
        try {
            wakeOnFirst = withoutTimer;
            return records.isEmpty() || (!withoutTimer && recordBytes < wakeBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Gives back the memory of answered records. */
    void release(long bytes) {
        lock.lock();
        try {
            usedBytes -= bytes;
            if (waiters > 0) {
                freed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Memory of unanswered records, bytes. */
    public long usedBytes() {
        lock.lock();
        try {
            return usedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Threads that wait for room. */
    public int waitingThreads() {
        lock.lock();
        try {
            return waiters;
        } finally {
            lock.unlock();
        }
    }

    /** True while somebody waits for room: then no batch should linger. */
    boolean isStarved() {
        lock.lock();
        try {
            return waiters > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses records from here on and wakes those who wait for room. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
