package io.flotilla.client;

import io.flotilla.client.internal.batch.Inbox;
import io.flotilla.client.internal.batch.SendCounters;
import java.util.Map;
import java.util.TreeMap;

/** A producer's figures by the names of Kafka's {@code producer-metrics}; totals and means since it was made. */
final class ProducerMetrics {
    private static final double MS = 1e6;

    private ProducerMetrics() {}

    static Map<String, Double> of(SendCounters.Totals totals, Inbox inbox, long bufferBytes) {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("record-send-total", (double) totals.recordsSent());
        metrics.put("record-error-total", (double) totals.recordsFailed());
        metrics.put("record-retry-total", (double) totals.recordsRetried());
        metrics.put("request-total", (double) totals.requests());
        metrics.put("outgoing-byte-total", (double) totals.bytesSent());
        metrics.put("batch-size-avg", mean(totals.batchBytes(), totals.batchesSent()));
        metrics.put("records-per-request-avg", mean(totals.recordsSent(), totals.batchesSent()));
        metrics.put("request-latency-avg", mean(totals.latencyNanos(), totals.answers()) / MS);
        metrics.put("request-latency-max", totals.latencyNanosMax() / MS);
        metrics.put("buffer-total-bytes", (double) bufferBytes);
        metrics.put("buffer-available-bytes", (double) Math.max(0, bufferBytes - inbox.usedBytes()));
        metrics.put("waiting-threads", (double) inbox.waitingThreads());
        return metrics;
    }

    private static double mean(long sum, long count) {
        return count == 0 ? 0 : (double) sum / count;
    }
}
