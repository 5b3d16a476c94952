package io.flotilla.client.internal.batch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/** Knows when everything that was sent before a flush has been answered. Owned by the producer's loop. */
final class FlushPhases {
    private final Deque<Phase> phases = new ArrayDeque<>();
    private Phase current = new Phase();

    /** The records between two flushes. */
    static final class Phase {
        private long unanswered;
        private boolean closed;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        /** True when somebody waits for these records. */
        boolean isClosed() {
            return closed;
        }
    }

    FlushPhases() {
        phases.add(current);
    }

    void accepted(PendingRecord record) {
        current.unanswered++;
        record.join(current);
    }

    void answered(PendingRecord record) {
        Phase phase = record.phase();
        if (phase != null) {
            phase.unanswered--;
            completeOldest();
        }
    }

    /** Completes when every record accepted so far is answered, well or badly. */
    CompletableFuture<Void> flush() {
        Phase ended = current;
        ended.closed = true;
        current = new Phase();
        phases.add(current);
        completeOldest();
        return ended.done;
    }

    private void completeOldest() {
        Phase oldest = phases.peekFirst();
        while (oldest != null && oldest.closed && oldest.unanswered == 0) {
            phases.removeFirst();
            oldest.done.complete(null);
            oldest = phases.peekFirst();
        }
    }
}
