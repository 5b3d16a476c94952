package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** One partition's log on a disk in memory, for tests of what stands on logs: it can lose its power and start again. */
public final class RestartableLog implements LogHome.OffsetLedger {
    /** Producers that it remembers, and for how long at least. */
    public static final int PRODUCERS_MAX = 50;

    public static final long PRODUCER_EXPIRATION_MS = 60_000;

    private static final LogConfig SMALL_SEGMENTS =
            new LogConfig(4_000, 200, new ProducerLimits(PRODUCERS_MAX, PRODUCER_EXPIRATION_MS));

    private final SimulatedDisk disk;
    private final List<DiskException> failures = new ArrayList<>();
    private LogOffsets noted = LogOffsets.NONE;
    private DirectoryHealth health;
    private PartitionLog log;
    private boolean notesFull;

    public RestartableLog(String name) {
        disk = new SimulatedDisk(name);
        disk.createDirectory("p");
        disk.syncDirectory("");
        open();
    }

    public PartitionLog log() {
        return log;
    }

    public SimulatedDisk disk() {
        return disk;
    }

    public DirectoryHealth health() {
        return health;
    }

    /** Notes durably what the log would have its directory remember. */
    public void checkpoint() {
        noted = log.offsets();
    }

    /** Cuts the power and starts again with what the disk kept. */
    public PartitionLog crash(Random random) {
        disk.crash(random);
        return open();
    }

    private PartitionLog open() {
        health = new DirectoryHealth(disk.name(), failures::add);
        log = LogRecovery.open(
                new LogHome(disk, LogFolder.found(new NewFolders(disk), "p"), SMALL_SEGMENTS, health, this), noted);
        return log;
    }

    @Override
    public boolean synced(LongSupplier end) {
        if (notesFull) {
            return false;
        }
        long now = Math.max(noted.recoveryPoint(), end.getAsLong());
        noted = new LogOffsets(noted.logStart(), now, noted.highWatermark());
        return true;
    }

    /** No space for notes any more; or again. */
    public void limitNotes(boolean full) {
        notesFull = full;
    }

    @Override
    public void lower(LogOffsets offsets) {
        if (notesFull) {
            throw new DiskException(DiskException.Kind.FULL, "no space for a note");
        }
        noted = new LogOffsets(
                noted.logStart(),
                Math.min(noted.recoveryPoint(), offsets.recoveryPoint()),
                Math.min(noted.highWatermark(), offsets.highWatermark()));
    }

    @Override
    public void replace(Supplier<LogOffsets> offsets) {
        noted = offsets.get();
    }
}
