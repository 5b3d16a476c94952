package io.flotilla.client.internal.batch;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One broker's log of a partition, and what it knows of producers: contiguous sequences, the last five batches. */
final class SimReplica {
    private static final int REMEMBERED = 5;

    final int broker;
    final List<Entry> log = new ArrayList<>();
    /** Acknowledgements that wait for the commit, in the order of the log. */
    final List<Waiting> waiting = new ArrayList<>();
    /** The epoch that this broker knows, and whether it believes that it leads in it. */
    int epoch = -1;

    boolean leads;
    private final TreeMap<Long, Producer> producers = new TreeMap<>();
    private long forgottenMax = -1;

    /** A batch in the log. */
    record Entry(long producerId, int sequence, List<Long> values, int epoch, long offset, long appendedMs) {
        long nextOffset() {
            return offset + values.size();
        }
    }

    /** A batch as a request brings it. */
    record Batch(long producerId, int sequence, List<Long> values) {}

    /** Who waits for an entry: the first {@code entries} of the log must be committed. */
    record Waiting(int entries, Entry entry, boolean duplicate, Replies replies) {}

    /** Hears how an append ended, at most once. */
    interface Replies {
        void acknowledged(Entry entry, boolean duplicate);

        void failed(FlotillaError error);
    }

    /** What the log knows of a producer. */
    private static final class Producer {
        private final List<Integer> places = new ArrayList<>();
        private int nextSequence;
        private long lastMs;
        private int batches;
        private long firstMs;
    }

    SimReplica(int broker) {
        this.broker = broker;
    }

    long logEnd() {
        return log.isEmpty() ? 0 : log.get(log.size() - 1).nextOffset();
    }

    /** Appends or recognises; answers why not. */
    @Nullable
    FlotillaError append(Batch batch, long nowMs, Replies replies) {
        Producer known = producers.get(batch.producerId());
        if (known == null && batch.sequence() != 0) {
            return batch.producerId() <= forgottenMax
                    ? refused(ErrorCode.UNKNOWN_PRODUCER_ID)
                    : refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        }
        if (known != null) {
            for (int place : known.places) {
                if (log.get(place).sequence() == batch.sequence()) {
                    waiting.add(new Waiting(place + 1, log.get(place), true, replies));
                    return null;
                }
            }
            if (known.nextSequence != batch.sequence()) {
                return refused(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
            }
        }
        take(new Entry(batch.producerId(), batch.sequence(), batch.values(), epoch, logEnd(), nowMs));
        waiting.add(new Waiting(log.size(), log.get(log.size() - 1), false, replies));
        return null;
    }

    static FlotillaError refused(ErrorCode code) {
        return FlotillaError.notApplied(code, "refused on request");
    }

    void take(Entry entry) {
        log.add(entry);
        Producer producer = producers.computeIfAbsent(entry.producerId(), id -> new Producer());
        producer.firstMs = producer.batches == 0 ? entry.appendedMs() : producer.firstMs;
        producer.batches++;
        producer.lastMs = entry.appendedMs();
        producer.nextSequence = entry.sequence() + entry.values().size();
        producer.places.add(log.size() - 1);
        if (producer.places.size() > REMEMBERED) {
            producer.places.remove(0);
        }
    }

    void truncateTo(int entries) {
        if (entries < log.size()) {
            List<Entry> kept = List.copyOf(log.subList(0, entries));
            log.clear();
            producers.clear();
            kept.forEach(this::take);
        }
    }

    /** Whoever waits is told that nobody knows. */
    void failWaiting(ErrorCode code) {
        List<Waiting> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(each -> each.replies().failed(FlotillaError.unknown(code, "appended, then failed on request")));
    }

    /**
     * Forgets producers: those idle for the time that brokers promise, and busy ones, which is worse than brokers do,
     * once no copy of their first batch can be on its way any more.
     */
    void forgetProducers(long nowMs, long idleMs) {
        producers.entrySet().removeIf(each -> {
            Producer producer = each.getValue();
            boolean idle = nowMs - producer.lastMs >= idleMs;
            boolean old = producer.batches > REMEMBERED && nowMs - producer.firstMs >= idleMs;
            if (idle || old) {
                forgottenMax = Math.max(forgottenMax, each.getKey());
            }
            return idle || old;
        });
    }
}
