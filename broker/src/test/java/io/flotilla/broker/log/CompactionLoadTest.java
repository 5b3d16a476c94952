package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.log.compact.CompactionRules;
import io.flotilla.broker.log.disk.FileDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.CleanupPolicy;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import io.flotilla.model.record.RecordReader;
import io.flotilla.model.time.SystemClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A large compacted log on a real disk equals its model, within the memory for keys, while a producer goes on. Sizes:
 * {@code -Dflotilla.compaction.mib} and {@code -Dflotilla.compaction.keys}; it prints what it measured.
 */
class CompactionLoadTest {
    private static final long BYTES = Integer.getInteger("flotilla.compaction.mib", 24) * (1L << 20);
    private static final int KEYS = Integer.getInteger("flotilla.compaction.keys", 20_000);
    private static final int VALUE_BYTES = Integer.getInteger("flotilla.compaction.value.bytes", 200);
    private static final int BATCH_RECORDS = 100;
    private static final int TOMBSTONE_IN = 20;
    private static final long KEY_BYTES = 128L << 20;
    private static final double MS = 1e6;
    private static final PartitionId ID = new PartitionId(new TopicId(new UUID(5, 6)), 0);

    private final SystemClock clock = new SystemClock();
    private final Random random = new Random(12);
    private final byte[] value = new byte[VALUE_BYTES];

    /** Last offset of each key; its complement where that is a tombstone. */
    private final long[] model = new long[KEYS];

    private PartitionLog log;
    private int round;

    @Test
    void equalsTheModel(@TempDir Path folder) {
        int segmentBytes = (int) Math.min(128L << 20, BYTES / 16);
        var config = new LogConfig(
                segmentBytes,
                4096,
                ProducerLimits.DEFAULT,
                Long.MAX_VALUE,
                new Retention(Retention.UNLIMITED, Retention.UNLIMITED, 0),
                new CompactionRules(new CleanupPolicy(false, true), 0.1, 0, Long.MAX_VALUE, 0));
        var directory = open(folder, config);
        directory.create(Map.of(ID, "orders"));
        log = directory.openLog(ID);
        Arrays.fill(model, Long.MIN_VALUE);
        while (log.view().sizeBytes() < BYTES) {
            append();
        }
        sync();
        double[] alone = appendLatencies(200);
        var cleaner = new LogCleaner(List.of(directory), KEY_BYTES, CleaningPace.UNLIMITED, clock);
        long before = log.view().sizeBytes();
        long begunNanos = clock.nanos();
        var cleaning = CompletableFuture.supplyAsync(cleaner::round);
        double[] meanwhile = new double[0];
        while (!cleaning.isDone()) {
            meanwhile = appendLatencies(200);
            log.adoptCleaned();
        }
        assertThat(cleaning.join()).isPositive();
        double seconds = (clock.nanos() - begunNanos) / 1e9;
        log.adoptCleaned();
        roll(segmentBytes);
        sync();
        cleaner.round(); // by now the time of the tombstones is over
        log.adoptCleaned();
        check();
        assertThat(LogVerification.of(FileDisk.at(folder), log.folder()).findings())
                .isEmpty();
        System.out.printf(
                "compaction of %d MiB, %d keys: %d MiB left, first round %.1f s; append and sync alone p50 %.2f p99"
                        + " %.2f ms, meanwhile p50 %.2f p99 %.2f ms; heap %d MiB%n",
                before >> 20,
                KEYS,
                log.view().sizeBytes() >> 20,
                seconds,
                percentile(alone, 50),
                percentile(alone, 99),
                percentile(meanwhile, 50),
                percentile(meanwhile, 99),
                (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
        directory.close();
        var reopened = open(folder, config);
        log = reopened.openLog(ID);
        assertThat(log.damage()).isNull();
        check();
        reopened.close();
    }

    private static LogDirectory open(Path folder, LogConfig config) {
        return LogDirectory.open(
                FileDisk.at(folder),
                new DirectorySettings("cluster", 1, new DirectoryId(new UUID(7, 7)), config),
                Runnable::run,
                failure -> {});
    }

    private void roll(int segmentBytes) {
        long end = log.view().sizeBytes() + segmentBytes + (1 << 20);
        while (log.view().sizeBytes() < end) {
            append();
        }
    }

    private double[] appendLatencies(int count) {
        var ms = new double[count];
        for (int i = 0; i < count; i++) {
            long nanos = clock.nanos();
            append();
            sync();
            ms[i] = (clock.nanos() - nanos) / MS;
        }
        return ms;
    }

    private static double percentile(double[] values, int percent) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) * percent / 100];
    }

    private void append() {
        var codec = round % 4 == 0 ? Codec.LZ4 : Codec.NONE;
        var builder = new RecordBatchBuilder(codec, BATCH_RECORDS * (VALUE_BYTES + 20));
        long offset = log.logEnd();
        for (int i = 0; i < BATCH_RECORDS; i++) {
            int key = random.nextInt(KEYS);
            boolean tombstone = random.nextInt(TOMBSTONE_IN) == 0;
            random.nextBytes(value);
            builder.add(
                    clock.wallMs(),
                    ByteBuffer.allocate(Integer.BYTES).putInt(0, key).array(),
                    tombstone ? null : value.clone());
            model[key] = tombstone ? ~(offset + i) : offset + i;
        }
        log.appendAsLeader(builder.build(), 0, clock.wallMs());
        round++;
    }

    private void sync() {
        var ticket = log.beginSync();
        ticket.run();
        log.completeSync(ticket);
        log.noteHighWatermark(log.durableEnd());
    }

    /** Every live key is at its last offset; below the open segment there is nothing else. */
    private void check() {
        var extents = log.view().extents();
        long open = extents.get(extents.size() - 1).baseOffset();
        var missing = model.clone();
        long offset = log.logStart();
        while (offset < log.logEnd()) {
            try (var slice = log.view().read(offset, 4 << 20, Long.MAX_VALUE)) {
                for (var batch : BatchRegion.of(slice.copy())) {
                    var records = RecordReader.of(batch);
                    while (records.next()) {
                        int key = records.key().getInt(0);
                        if (model[key] == records.offset()) {
                            missing[key] = Long.MIN_VALUE;
                        } else if (~model[key] != records.offset()) {
                            assertThat(model[key] < 0 ? ~model[key] : model[key])
                                    .as("key %s is at %s, too", key, records.offset())
                                    .isGreaterThanOrEqualTo(open);
                        }
                    }
                }
                offset = slice.nextOffset();
            }
        }
        assertThat(Arrays.stream(missing).filter(last -> last >= 0)).isEmpty();
    }
}
