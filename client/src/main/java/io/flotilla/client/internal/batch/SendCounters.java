package io.flotilla.client.internal.batch;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/** What a producer has done since it was made. The producer's loop counts, any thread reads. */
public final class SendCounters {
    private final AtomicLong recordsSent = new AtomicLong();
    private final AtomicLong recordsFailed = new AtomicLong();
    private final AtomicLong recordsRetried = new AtomicLong();
    private final AtomicLong batchesSent = new AtomicLong();
    private final AtomicLong batchBytes = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong latencyNanos = new AtomicLong();
    private final AtomicLong latencyNanosMax = new AtomicLong();
    /** When the requests were sent that were answered since the loop last looked at the time. */
    private final ArrayDeque<Long> justAnswered = new ArrayDeque<>();

    /** A look at all of them; counts since the producer was made, nanoseconds. */
    public record Totals(
            long recordsSent,
            long recordsFailed,
            long recordsRetried,
            long batchesSent,
            long batchBytes,
            long requests,
            long bytesSent,
            long answers,
            long latencyNanos,
            long latencyNanosMax) {}

    public Totals totals() {
        return new Totals(
                recordsSent.get(),
                recordsFailed.get(),
                recordsRetried.get(),
                batchesSent.get(),
                batchBytes.get(),
                requests.get(),
                bytesSent.get(),
                answers.get(),
                latencyNanos.get(),
                latencyNanosMax.get());
    }

    void sent(int records, int encodedBytes, boolean again) {
        requests.incrementAndGet();
        bytesSent.addAndGet(encodedBytes);
        if (again) {
            recordsRetried.addAndGet(records);
        } else {
            recordsSent.addAndGet(records);
            batchesSent.incrementAndGet();
            batchBytes.addAndGet(encodedBytes);
        }
    }

    void failed(int records) {
        recordsFailed.addAndGet(records);
    }

    void answered(long sentNanos) {
        justAnswered.add(sentNanos);
    }

    /** Tells the time, which answers come without. */
    void settle(long nowNanos) {
        for (Long sent = justAnswered.poll(); sent != null; sent = justAnswered.poll()) {
            long took = Math.max(0, nowNanos - sent);
            answers.incrementAndGet();
            latencyNanos.addAndGet(took);
            latencyNanosMax.accumulateAndGet(took, Math::max);
        }
    }
}
