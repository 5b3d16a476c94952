package io.flotilla.broker.partition;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Appends that wait for their acknowledgement, of one leadership (R14): its end fails them all, and no later leader's
 * high watermark completes them. Owned by the partition's loop.
 */
final class PendingAcks {
    /**
     * @param endOffset offset that must be reached, the one after the last record
     * @param deadlineNanos when the asker stops waiting
     */
    private record Pending(long endOffset, long deadlineNanos, AppendResult result, AppendCallback callback) {}

    private final int sizeMax;
    /** By end offset, ascending: wait for the leader's own reported offset. */
    private final ArrayDeque<Pending> forLeader = new ArrayDeque<>();
    /** By end offset, ascending: wait for the high watermark. */
    private final ArrayDeque<Pending> forAll = new ArrayDeque<>();
    /** No deadline of those waiting is before this. */
    private long firstDeadlineNanos = Long.MAX_VALUE;

    PendingAcks(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    boolean isFull() {
        return size() >= sizeMax;
    }

    boolean isEmpty() {
        return forLeader.isEmpty() && forAll.isEmpty();
    }

    int size() {
        return forLeader.size() + forAll.size();
    }

    /**
     * Lets an append wait. A duplicate of older records waits in line, so that answers keep the order of the requests.
     */
    void add(Acks acks, long deadlineNanos, AppendResult result, AppendCallback callback) {
        ArrayDeque<Pending> line = acks == Acks.ALL ? forAll : forLeader;
        Pending last = line.peekLast();
        long endOffset = result.lastOffset() + 1;
        line.add(new Pending(
                last == null ? endOffset : Math.max(endOffset, last.endOffset()), deadlineNanos, result, callback));
        firstDeadlineNanos = Math.min(firstDeadlineNanos, deadlineNanos);
    }

    /** Acknowledges what these offsets have reached. */
    void complete(long ownReported, long highWatermark) {
        complete(forLeader, ownReported);
        complete(forAll, highWatermark);
    }

    /** Gives up on those whose asker has stopped waiting; they were appended, so nobody knows what becomes of them. */
    void expire(long nowNanos) {
        if (isEmpty() || firstDeadlineNanos == Long.MAX_VALUE || nowNanos - firstDeadlineNanos < 0) {
            return;
        }
        firstDeadlineNanos = Long.MAX_VALUE;
        expire(forLeader, nowNanos);
        expire(forAll, nowNanos);
    }

    /** Fails everything that waits. */
    void fail(FlotillaError error) {
        fail(forLeader, error);
        fail(forAll, error);
    }

    private static void complete(ArrayDeque<Pending> line, long reached) {
        for (Pending next = line.peek(); next != null && next.endOffset() <= reached; next = line.peek()) {
            line.remove();
            next.callback().appended(next.result());
        }
    }

    private void expire(ArrayDeque<Pending> line, long nowNanos) {
        for (Iterator<Pending> all = line.iterator(); all.hasNext(); ) {
            Pending pending = all.next();
            boolean over = pending.deadlineNanos() != Long.MAX_VALUE && nowNanos - pending.deadlineNanos() >= 0;
            if (over) {
                all.remove();
                pending.callback().refused(timedOut(pending));
            } else {
                firstDeadlineNanos = Math.min(firstDeadlineNanos, pending.deadlineNanos());
            }
        }
    }

    private static FlotillaError timedOut(Pending pending) {
        return FlotillaError.unknown(
                ErrorCode.REQUEST_TIMED_OUT,
                "the batches were appended at offset " + pending.result().baseOffset()
                        + " but not replicated in time; they may still be");
    }

    private static void fail(ArrayDeque<Pending> line, FlotillaError error) {
        for (Pending next = line.poll(); next != null; next = line.poll()) {
            next.callback().refused(error);
        }
    }
}
