package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import io.flotilla.model.record.RecordReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a compacted log may and must hold: everything that was appended to it and not cut off again. Whatever is in the
 * log is as it was appended, at its offset; of each key the last record is there, and a tombstone until its time is
 * over; what is known of producers is what it was.
 */
final class ModelledCompactedLog {
    private static final int KEYS = 12;

    private final long deleteRetentionMs;
    private final ProducerLimits limits;
    private final TreeMap<Long, Appended> records = new TreeMap<>();

    /** First offsets of the idempotent batches, and whose they are. */
    private final TreeMap<Long, Long> batches = new TreeMap<>();

    private final Map<Integer, Integer> nextSequences = new HashMap<>();

    /**
     * When a restart finds the log to start below, as one that gave records up may, what is there is to be believed.
     */
    private long unsureBelow;

    private record Appended(String key, @Nullable String value, long timestampMs) {}

    ModelledCompactedLog(long deleteRetentionMs, ProducerLimits limits) {
        this.deleteRetentionMs = deleteRetentionMs;
        this.limits = limits;
    }

    /** Appends some random records, which may be in the log from now on. */
    void append(PartitionLog log, int epoch, long nowMs, Random random) {
        int producer = random.nextInt(6);
        var builder = new RecordBatchBuilder(Codec.values()[random.nextInt(Codec.values().length)], 0);
        int count = 1 + random.nextInt(4);
        var added = new ArrayList<Appended>();
        if (producer < 4) {
            int sequence = nextSequences.getOrDefault(producer, 0);
            builder.producer(producer, 0, sequence);
            nextSequences.put(producer, sequence + count);
        }
        for (int i = 0; i < count; i++) {
            String value = random.nextInt(4) == 0 ? null : "v".repeat(random.nextInt(60)) + random.nextInt();
            var record = new Appended("k" + random.nextInt(KEYS), value, nowMs - random.nextInt(50));
            added.add(record);
            builder.add(record.timestampMs(), record.key().getBytes(), value == null ? null : value.getBytes());
        }
        var region = builder.build();
        BatchPatch.assign(Batches.view(region), log.logEnd(), epoch, nowMs);
        for (int i = 0; i < count; i++) {
            records.put(log.logEnd() + i, added.get(i));
        }
        if (producer < 4) {
            batches.put(log.logEnd(), (long) producer);
        }
        log.appendAsFollower(region, epoch);
    }

    /** What lies below never comes back. */
    void forgetBelow(long start) {
        records.headMap(start).clear();
        batches.headMap(start).clear();
    }

    /** The log ends here. */
    void forgetFrom(long end) {
        records.tailMap(end, true).clear();
        batches.tailMap(end, true).clear();
    }

    /**
     * Committed records are gone, or all were about to go: what was cleaned away for the sake of those that are gone
     * now, nobody has any more. What is there now must stay.
     */
    void believe(PartitionLog log) {
        var offsets = new TreeSet<Long>();
        var bases = new TreeSet<Long>();
        for (var bytes : LogOnDisk.content(log.view(), log.logStart(), 700)) {
            var batch = Batches.view(bytes);
            if (batch.isIdempotent()) {
                bases.add(batch.baseOffset());
            }
            var reader = RecordReader.of(batch);
            while (reader.next()) {
                offsets.add(reader.offset());
            }
        }
        unsureBelow = Math.max(unsureBelow, log.logStart());
        records.tailMap(log.logStart(), true).keySet().retainAll(offsets);
        batches.tailMap(log.logStart(), true).keySet().retainAll(bases);
    }

    /** The log was opened. */
    void found(PartitionLog log) {
        forgetFrom(log.logEnd());
        if (log.logStart() < unsureBelow) {
            believe(log);
        }
    }

    /** Throws where the log is not what it must be. */
    void check(PartitionLog log, long nowMs) {
        assertThat(log.damage()).isNull();
        var last = new HashMap<String, Long>();
        records.tailMap(log.logStart(), true).forEach((offset, record) -> last.put(record.key(), offset));
        var found = new TreeMap<Long, Appended>();
        var epochs = new EpochHistory();
        var producers = new ProducerState(limits);
        long next = -1;
        for (var bytes : LogOnDisk.content(log.view(), log.logStart(), 700)) {
            var batch = Batches.view(bytes);
            assertThat(batch.baseOffset()).isEqualTo(next < 0 ? batch.baseOffset() : next);
            next = batch.nextOffset();
            epochs.note(batch.leaderEpoch(), Math.max(batch.baseOffset(), log.logStart()));
            producers.note(batch);
            var reader = RecordReader.of(batch);
            while (reader.next()) {
                if (reader.offset() >= log.logStart()) {
                    found.put(reader.offset(), appended(reader));
                }
            }
        }
        found.forEach((offset, record) -> assertThat(record).isEqualTo(records.get(offset)));
        last.forEach((key, offset) -> {
            var record = Objects.requireNonNull(records.get(offset));
            if (record.value() != null) {
                assertThat(found).containsKey(offset);
            } else if (!found.containsKey(offset)) { // a tombstone that went: nothing of its key may turn up again
                assertThat(found.values()).noneMatch(other -> other.key().equals(key));
                assertThat(record.timestampMs() + deleteRetentionMs).isLessThanOrEqualTo(nowMs);
            }
        });
        assertThat(ModelledLog.withBatches(log)).isEqualTo(epochs.starts());
        checkProducers(producers, log);
    }

    /** The last five batches of each producer that are still in the log are recognised, wherever they are. */
    private void checkProducers(ProducerState walked, PartitionLog log) {
        var expected = new TreeMap<Long, List<Long>>();
        batches.tailMap(log.logStart(), true)
                .forEach((base, producer) -> expected.computeIfAbsent(producer, id -> new ArrayList<>())
                        .add(base));
        for (var state : List.of(walked, log.producers())) {
            var known = new HashMap<Long, List<Long>>();
            state.forEach((id, entry) -> known.put(id, entry.baseOffsets()));
            expected.forEach((id, offsets) -> {
                var lastFive = offsets.subList(Math.max(0, offsets.size() - 5), offsets.size());
                assertThat(known.get(id)).endsWith(lastFive.toArray(Long[]::new));
            });
        }
    }

    private static Appended appended(RecordReader reader) {
        var value = reader.valueBytes();
        return new Appended(
                new String(Objects.requireNonNull(reader.keyBytes())),
                value == null ? null : new String(value),
                reader.timestampMs());
    }
}
