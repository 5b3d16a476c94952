package io.flotilla.broker.log;

import io.flotilla.broker.log.disk.FileDisk;
import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** One partition's log in a directory of the file system, for tests of what stands on logs: it can be opened again. */
public final class FileLog implements LogHome.OffsetLedger {
    private static final LogConfig SMALL_SEGMENTS = new LogConfig(100_000, 2_000, new ProducerLimits(50, 0));

    private final Disk disk;
    private final DirectoryHealth health;
    private LogOffsets noted = LogOffsets.NONE;
    private PartitionLog log;

    public FileLog(Path directory) {
        disk = FileDisk.at(directory);
        health = new DirectoryHealth(disk.name(), FileLog::unexpected);
        disk.createDirectory("p");
        disk.syncDirectory("");
        log = open();
    }

    public PartitionLog log() {
        return log;
    }

    public DirectoryHealth health() {
        return health;
    }

    public Disk disk() {
        return disk;
    }

    /** Opens the log anew from its files, as a restarted process would; nobody may use the one before any more. */
    public PartitionLog reopen() {
        log.close();
        log = open();
        return log;
    }

    private PartitionLog open() {
        return LogRecovery.open(
                new LogHome(disk, LogFolder.found(new NewFolders(disk), "p"), SMALL_SEGMENTS, health, this), noted);
    }

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

    private static void unexpected(DiskException failure) {
        throw new AssertionError("the disk failed", failure);
    }
}
