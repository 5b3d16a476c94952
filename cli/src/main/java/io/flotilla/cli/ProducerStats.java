package io.flotilla.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How many records were acknowledged, and after how long. Locked: told by the producer's thread, asked by the tool's.
 */
final class ProducerStats {
    /** Latencies are kept to the millisecond up to this; longer ones count as this. */
    private static final int LATENCY_MS_MAX = 600_000;

    private static final double BYTES_PER_MB = 1024.0 * 1024.0;

    private final long beganNanos;
    private final long windowNanos;
    private final Consumer<String> progress;
    /** Records by their latency, milliseconds. */
    private final long[] latencies = new long[LATENCY_MS_MAX + 1];

    private final Sum total = new Sum();
    private Sum window = new Sum();
    private long windowBeganNanos;

    /** @param progress hears a line for each window of so many milliseconds in which something was acknowledged */
    ProducerStats(long nowNanos, long windowMs, Consumer<String> progress) {
        this.beganNanos = nowNanos;
        this.windowBeganNanos = nowNanos;
        this.windowNanos = TimeUnit.MILLISECONDS.toNanos(windowMs);
        this.progress = progress;
    }

    /** Records, bytes and latencies of some time. */
    private static final class Sum {
        private long records;
        private long bytes;
        private double latencyMs;
        private double latencyMsMax;

        void add(double ms, int size) {
            records++;
            bytes += size;
            latencyMs += ms;
            latencyMsMax = Math.max(latencyMsMax, ms);
        }

        double averageMs() {
            return records == 0 ? 0 : latencyMs / records;
        }
    }

    synchronized void acknowledged(long sentNanos, long nowNanos, int bytes) {
        double ms = (nowNanos - sentNanos) / 1e6;
        latencies[(int) Math.min(LATENCY_MS_MAX, Math.max(0, (long) ms))]++;
        total.add(ms, bytes);
        window.add(ms, bytes);
        if (nowNanos - windowBeganNanos >= windowNanos) {
            double seconds = (nowNanos - windowBeganNanos) / 1e9;
            progress.accept(String.format(
                    Locale.ROOT,
                    "%d records sent, %.1f records/sec (%.2f MB/sec), %.1f ms avg latency, %.1f ms max latency.",
                    window.records,
                    window.records / seconds,
                    window.bytes / BYTES_PER_MB / seconds,
                    window.averageMs(),
                    window.latencyMsMax));
            window = new Sum();
            windowBeganNanos = nowNanos;
        }
    }

    /**
     * A whole run.
     *
     * @param latenciesMs by percentile: 50, 95, 99, 99.9
     */
    record Summary(
            long records,
            double perSecond,
            double mbPerSecond,
            double averageMs,
            double maxMs,
            List<Long> latenciesMs) {
        /** Kafka's line. */
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%d records sent, %.1f records/sec (%.2f MB/sec), %.2f ms avg latency, %.2f ms max latency,"
                            + " %d ms 50th, %d ms 95th, %d ms 99th, %d ms 99.9th.",
                    records,
                    perSecond,
                    mbPerSecond,
                    averageMs,
                    maxMs,
                    latenciesMs.get(0),
                    latenciesMs.get(1),
                    latenciesMs.get(2),
                    latenciesMs.get(3));
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("records", records);
            json.put("recordsPerSecond", perSecond);
            json.put("mbPerSecond", mbPerSecond);
            json.put("latencyMsAverage", averageMs);
            json.put("latencyMsMax", maxMs);
            json.put("latencyMs50", latenciesMs.get(0));
            json.put("latencyMs95", latenciesMs.get(1));
            json.put("latencyMs99", latenciesMs.get(2));
            json.put("latencyMs999", latenciesMs.get(3));
            return json;
        }
    }

    synchronized Summary summary(long nowNanos) {
        double seconds = Math.max(1, nowNanos - beganNanos) / 1e9;
        List<Long> percentiles =
                Stream.of(0.5, 0.95, 0.99, 0.999).map(this::percentile).toList();
        return new Summary(
                total.records,
                total.records / seconds,
                total.bytes / BYTES_PER_MB / seconds,
                total.averageMs(),
                total.latencyMsMax,
                percentiles);
    }

    private long percentile(double share) {
        long seen = 0;
        for (int ms = 0; ms < latencies.length; ms++) {
            seen += latencies[ms];
            if (seen > 0 && seen >= share * total.records) {
                return ms;
            }
        }
        return 0;
    }
}
