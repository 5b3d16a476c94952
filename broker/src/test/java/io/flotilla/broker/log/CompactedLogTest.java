package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.log.compact.CompactionRules;
import io.flotilla.model.disk.simulated.PowerLostError;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.CleanupPolicy;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import io.flotilla.model.record.RecordReader;
import io.flotilla.model.time.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A compacted log against everything that was ever appended to it, with the power failing, or the process ending,
 * before any single disk operation of a cleaning. Whatever is in the log is as it was appended, at its offset; of each
 * key the last record is there, and a tombstone until its time is over; what is known of producers is what it was.
 */
class CompactedLogTest {
    private static final int OPERATIONS = Integer.getInteger("flotilla.compaction.operations", 3_000);
    private static final long DELETE_RETENTION_MS = 1_000;
    private static final int KEYS = 12;
    private static final PartitionId ID = new PartitionId(new TopicId(new UUID(5, 6)), 0);
    private static final DirectorySettings SETTINGS = new DirectorySettings(
            "cluster",
            1,
            new DirectoryId(new UUID(7, 7)),
            new LogConfig(
                    1_500,
                    200,
                    new ProducerLimits(1000, 0),
                    Long.MAX_VALUE,
                    new Retention(Retention.UNLIMITED, Retention.UNLIMITED, 0),
                    new CompactionRules(new CleanupPolicy(true, true), 0, 0, Long.MAX_VALUE, DELETE_RETENTION_MS)));

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final ArrayDeque<Runnable> flushes = new ArrayDeque<>();

    /** Every record that the log may hold, and the batches that they came in. */
    private final TreeMap<Long, Appended> records = new TreeMap<>();

    private final TreeMap<Long, ByteBuffer> batches = new TreeMap<>();

    private final Map<Integer, Integer> nextSequences = new HashMap<>();

    private LogDirectory directory;
    private PartitionLog log;
    private LogCleaner cleaner;
    private Random random;
    private long nowMs = 1_000_000;
    private int epoch;
    private boolean stopped;
    /** A truncation goes below the high watermark. */
    private boolean committedCut;

    private int cleanings;
    private int crashesInCleanings;

    private record Appended(String key, @Nullable String value, long timestampMs) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void keepsWhatCountsThroughEveryCrash(long seed) {
        random = new Random(seed);
        directory = open();
        openLog();
        for (int i = 0; i < OPERATIONS; i++) {
            try {
                operation();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", operation " + i, e);
            }
        }
        assertThat(cleanings).isGreaterThan(OPERATIONS / 50);
        assertThat(crashesInCleanings).isGreaterThan(OPERATIONS / 100);
    }

    private LogDirectory open() {
        flushes.clear();
        return LogDirectory.open(disk, SETTINGS, flushes::add, failure -> {});
    }

    private void openLog() {
        directory.create(Map.of(ID, "orders"));
        log = directory.openLog(ID);
        cleaner =
                new LogCleaner(List.of(directory), 24 * (1 + random.nextInt(60)), CleaningPace.UNLIMITED, new Clock() {
                    @Override
                    public long nanos() {
                        return 0;
                    }

                    @Override
                    public long wallMs() {
                        return nowMs;
                    }
                });
    }

    private void operation() {
        int dice = random.nextInt(100);
        boolean cleans = dice >= 60 && dice < 80;
        if (random.nextInt(100) < (cleans ? 40 : 5)) {
            disk.failPowerAfter(random.nextInt(cleans ? 40 : 12), this::stop);
        }
        nowMs += random.nextInt(100);
        try {
            act(dice);
            if (!stopped && dice % 5 == 0) {
                check();
            }
        } catch (PowerLostError e) {
            assertThat(stopped).isTrue();
            crashesInCleanings += cleans ? 1 : 0;
        }
        disk.restorePower();
        if (stopped) {
            restart();
        }
    }

    private void act(int dice) {
        if (dice < 45) {
            append();
        } else if (dice < 60) {
            sync();
        } else if (dice < 80) {
            log.noteHighWatermark(log.durableEnd());
            cleanings += cleaner.round();
        } else if (dice < 88) {
            log.adoptCleaned();
        } else if (dice < 90) {
            epoch++;
        } else if (dice < 93) {
            startLater();
        } else if (dice < 95) {
            truncate();
        } else {
            log.givenUp().setAside(0);
            log.compaction().release(nowMs);
        }
    }

    private void stop() {
        stopped = true;
        if (random.nextInt(3) == 0) {
            disk.kill();
        } else {
            disk.crash(random);
        }
    }

    private void restart() {
        stopped = false;
        long promised = log.durableEnd();
        directory = open();
        openLog();
        assertThat(log.damage()).isNull();
        assertThat(committedCut || log.logEnd() >= promised).isTrue();
        forgetFrom(log.logEnd());
        believeTheLog();
        check();
        assertThat(LogVerification.of(disk, log.folder()).findings()).isEmpty();
        log.noteHighWatermark(log.durableEnd());
        epoch = Math.max(epoch, log.lastEpoch());
    }

    private void forgetFrom(long end) {
        records.tailMap(end, true).clear();
        batches.tailMap(end, true).clear();
    }

    private void append() {
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
        var batch = BatchView.at(region, 0);
        BatchPatch.assign(batch, log.logEnd(), epoch, nowMs);
        for (int i = 0; i < count; i++) {
            records.put(batch.baseOffset() + i, added.get(i));
        }
        batches.put(batch.baseOffset(), region.duplicate());
        log.appendAsFollower(region, epoch);
    }

    private void sync() {
        directory.flusher().submit(log.beginSync(), log::completeSync);
        while (!flushes.isEmpty()) {
            flushes.poll().run();
        }
    }

    private void startLater() {
        long span = log.highWatermark() - log.logStart();
        log.advanceLogStart(log.logStart() + (span <= 0 ? 0 : random.nextLong(span / 3 + 1)));
    }

    /** What is not committed goes; now and then what was, too, as after an unclean election. */
    private void truncate() {
        long committed = Math.max(log.logStart(), Math.min(log.highWatermark(), log.logEnd()));
        long from = random.nextInt(5) == 0 ? log.logStart() : committed;
        long target = from + (log.logEnd() == from ? 0 : random.nextLong(log.logEnd() - from + 1));
        committedCut = target < log.highWatermark();
        log.truncateTo(target);
        forgetFrom(log.logEnd());
        believeTheLog();
    }

    /** What was cleaned away for the sake of committed records that are gone now, nobody has any more. */
    private void believeTheLog() {
        if (committedCut) {
            committedCut = false;
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
            records.keySet().retainAll(offsets);
            batches.keySet().retainAll(bases);
        }
    }

    // ---- what must hold ------------------------------------------------------------------------------------------

    private void check() {
        assertThat(log.damage()).isNull();
        var last = new HashMap<String, Long>();
        records.tailMap(log.logStart(), true).forEach((offset, record) -> last.put(record.key(), offset));
        var found = new TreeMap<Long, Appended>();
        var epochs = new EpochHistory();
        var producers = new ProducerState(SETTINGS.log().producers());
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
                assertThat(record.timestampMs() + DELETE_RETENTION_MS).isLessThanOrEqualTo(nowMs);
            }
        });
        assertThat(epochs.starts()).isEqualTo(withBatches(log));
        checkProducers(producers);
    }

    /** The last five batches of each producer that are still in the log are recognised, wherever they are. */
    private void checkProducers(ProducerState walked) {
        var expected = new TreeMap<Long, List<Long>>();
        for (var bytes : batches.tailMap(log.logStart(), true).values()) {
            for (var batch : BatchRegion.of(bytes)) {
                if (batch.isIdempotent()) {
                    expected.computeIfAbsent(batch.producerId(), id -> new ArrayList<>())
                            .add(batch.baseOffset());
                }
            }
        }
        for (var state : List.of(walked, log.producers())) {
            var known = new HashMap<Long, List<Long>>();
            state.forEach((id, entry) -> known.put(id, entry.baseOffsets()));
            expected.forEach((id, offsets) -> {
                var lastFive = offsets.subList(Math.max(0, offsets.size() - 5), offsets.size());
                assertThat(known.get(id)).endsWith(lastFive.toArray(Long[]::new));
            });
        }
    }

    private static List<EpochHistory.Start> withBatches(PartitionLog log) {
        var starts = log.epochs().starts();
        var kept = new ArrayList<EpochHistory.Start>();
        for (int i = 0; i < starts.size(); i++) {
            long end = i + 1 < starts.size() ? starts.get(i + 1).startOffset() : log.logEnd();
            if (end > starts.get(i).startOffset()) {
                kept.add(starts.get(i));
            }
        }
        return kept;
    }

    private static Appended appended(RecordReader reader) {
        var value = reader.valueBytes();
        return new Appended(
                new String(Objects.requireNonNull(reader.keyBytes())),
                value == null ? null : new String(value),
                reader.timestampMs());
    }
}
