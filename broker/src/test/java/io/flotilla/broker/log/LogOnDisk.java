package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchRegion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A partition log on a simulated disk that can be crashed and opened again. */
final class LogOnDisk {
    static final LogConfig SMALL = new LogConfig(2000, 200, new ProducerLimits(5, 0));

    final SimulatedDisk disk = new SimulatedDisk("disk");
    final LogConfig config;
    final List<DiskException> failures = new ArrayList<>();
    LogOffsets noted = LogOffsets.NONE;
    PartitionLog log;

    LogOnDisk(LogConfig config) {
        this.config = config;
        disk.createDirectory("p");
        disk.syncDirectory("");
        log = open();
    }

    PartitionLog open() {
        return open(disk);
    }

    PartitionLog open(Disk disk) {
        var ledger = new LogHome.OffsetLedger() {
            @Override
            public boolean synced(LongSupplier end) {
                long now = Math.max(noted.recoveryPoint(), end.getAsLong());
                noted = new LogOffsets(noted.logStart(), now, noted.highWatermark());
                return true;
            }

            @Override
            public void lower(LogOffsets offsets) {
                noted = new LogOffsets(
                        noted.logStart(),
                        Math.min(noted.recoveryPoint(), offsets.recoveryPoint()),
                        Math.min(noted.highWatermark(), offsets.highWatermark()));
            }

            @Override
            public void replace(Supplier<LogOffsets> offsets) {
                noted = offsets.get();
            }
        };
        var health = new DirectoryHealth("disk", failures::add);
        log = LogRecovery.open(
                new LogHome(disk, LogFolder.found(new NewFolders(disk), "p"), config, health, ledger), noted);
        return log;
    }

    PartitionLog crash(Random random) {
        disk.crash(random);
        return open();
    }

    PartitionLog kill() {
        disk.kill();
        return open();
    }

    void checkpoint() {
        noted = log.offsets();
    }

    void sync() {
        var ticket = log.beginSync();
        ticket.run();
        log.completeSync(ticket);
    }

    AppendedRange append(int epoch, ByteBuffer... batches) {
        return log.appendAsLeader(Batches.together(batches), epoch, 5000);
    }

    /** The batches from the log's start to its end, each as its bytes. */
    List<ByteBuffer> content() {
        return content(log.view(), log.logStart(), Integer.MAX_VALUE);
    }

    static List<ByteBuffer> content(LogView view, long from, int maxBytes) {
        var batches = new ArrayList<ByteBuffer>();
        long offset = from;
        while (offset < view.logEnd()) {
            try (var slice = view.read(offset, maxBytes, Long.MAX_VALUE)) {
                var bytes = slice.copy();
                if (BatchCheck.storedRegion(bytes) != null) {
                    throw new AssertionError(BatchCheck.storedRegion(bytes));
                }
                BatchRegion.of(bytes).forEach(batch -> batches.add(batch.entry()));
                if (slice.nextOffset() <= offset) {
                    throw new AssertionError(slice + " does not go beyond " + offset);
                }
                offset = slice.nextOffset();
            }
        }
        return batches;
    }
}
