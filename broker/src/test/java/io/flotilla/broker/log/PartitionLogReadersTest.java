package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.log.disk.FileDisk;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers and the flusher on their own threads, real files, while the log's thread appends, cuts and deletes. */
class PartitionLogReadersTest {
    private static final int STEPS = 3000;
    private static final long SEED = 42;

    @TempDir
    Path temp;

    private final List<RuntimeException> failures = new ArrayList<>();
    private volatile boolean done;

    private PartitionLog open() {
        var disk = FileDisk.at(temp);
        disk.createDirectory("p");
        var ledger = new LogHome.OffsetLedger() {
            @Override
            public boolean synced(LongSupplier end) {
                return true;
            }

            @Override
            public void lower(LogOffsets offsets) {}

            @Override
            public void replace(Supplier<LogOffsets> offsets) {}
        };
        var health = new DirectoryHealth("disk", failures::add);
        return LogRecovery.open(
                new LogHome(
                        disk,
                        LogFolder.found(new NewFolders(disk), "p"),
                        new LogConfig(20_000, 500, new ProducerLimits(10, 0)),
                        health,
                        ledger),
                LogOffsets.NONE);
    }

    @Test
    void readersSeeWholeBatchesOrThatTheLogWasTruncated() throws Exception {
        var log = open();
        var threads = Executors.newFixedThreadPool(3);
        try {
            var readers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 2; i++) {
                readers.add(threads.submit(reader(log, SEED + i)));
            }
            write(log, threads);
            done = true;
            for (var reader : readers) {
                assertThat(reader.get()).as("reads").isPositive();
            }
            assertThat(failures).isEmpty();
        } finally {
            done = true;
            threads.shutdown();
        }
    }

    private void write(PartitionLog log, Executor flushing) {
        var random = new Random(SEED);
        var health = new DirectoryHealth("disk", failures::add);
        var flusher = new Flusher(flushing, health, () -> {});
        var completed = new LinkedBlockingQueue<SyncTicket>();
        for (int i = 0; i < STEPS; i++) {
            int epoch = i / 100;
            log.appendAsLeader(Batches.together(Batches.at(i, i), Batches.ofBytes(random.nextInt(900))), epoch, i);
            if (i % 7 == 0) {
                flusher.submit(log.beginSync(), completed::add);
            }
            for (var ticket = completed.poll(); ticket != null; ticket = completed.poll()) {
                log.completeSync(ticket);
            }
            if (i % 50 == 49) {
                log.truncateTo(log.logEnd() - random.nextInt(40));
            }
            if (i % 90 == 89) {
                log.advanceLogStart(log.logEnd() - 60);
            }
        }
    }

    private Callable<Integer> reader(PartitionLog log, long seed) {
        return () -> {
            var random = new Random(seed);
            int reads = 0;
            while (!done) {
                var view = log.view();
                long span = view.logEnd() - view.logStart();
                long from = view.logStart() + (span == 0 ? 0 : random.nextLong(span));
                try (var slice = view.read(from, random.nextInt(5000), Long.MAX_VALUE)) {
                    if (slice != null && !slice.isEmpty()) {
                        var bytes = slice.copy();
                        assertThat(BatchCheck.storedRegion(bytes)).isNull();
                        assertThat(BatchView.at(bytes, 0).baseOffset()).isLessThanOrEqualTo(from);
                        reads++;
                    }
                } catch (LogTruncatedException expected) {
                    reads++;
                }
            }
            return reads;
        };
    }
}
