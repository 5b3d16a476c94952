package io.flotilla.sim.node;

import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.check.StoredLog;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** One disk of a node, which holds one log directory. It can be replaced, and copied. Owned by its node. */
public final class Drive {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final String name;
    private SimulatedDisk disk;
    private DiskLogs logs;
    /** It fails now, or did since the process that uses it began. */
    private boolean failing;

    private boolean broken;
    /** What was on it was taken away or changed at some time. */
    private boolean altered;

    private final TreeSet<PartitionId> spoiled = new TreeSet<>();

    /** A disk as it was at some time, and the partitions that were spoiled on it. */
    public record Copy(SimulatedDisk disk, Set<PartitionId> spoiled) {}

    Drive(String name) {
        this.name = name;
        this.disk = new SimulatedDisk(name);
        this.logs = new DiskLogs(disk);
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Partitions that it holds a log of. */
    public Set<PartitionId> partitions() {
        return logs.folders().keySet();
    }

    /** The log of a partition; empty when it holds none. */
    Optional<StoredLog> log(PartitionId partition, boolean certain) {
        Map<PartitionId, String> folders = logs.folders();
        return Optional.ofNullable(folders.get(partition)).map(folder -> logs.log(folder, certain));
    }

    /** Puts an empty disk, or an earlier copy, in its place; only while the node is down. */
    public void replace(Optional<Copy> earlier) {
        altered = true;
        spoiled.clear();
        earlier.ifPresent(copy -> spoiled.addAll(copy.spoiled()));
        disk = earlier.map(copy -> copy.disk().copy()).orElseGet(() -> new SimulatedDisk(name));
        logs = new DiskLogs(disk);
    }

    /** Everything that is on it now. */
    public Copy backup() {
        return new Copy(disk.copy(), new TreeSet<>(spoiled));
    }

    /** Partitions of which a stored bit was inverted on this disk, or on the one that it is a copy of. */
    public Set<PartitionId> spoiled() {
        return Collections.unmodifiableSet(spoiled);
    }

    /** Lets every sync from now on fail, or no longer. */
    public void failSyncs(boolean fail) {
        failing |= fail;
        broken |= fail;
        disk.failSyncs(fail);
    }

    /** Lets the next sync fail, and those after it succeed without what that one should have stored. */
    public void failNextSync() {
        failing = true;
        broken = true;
        disk.failNextSync();
    }

    /** Lets every write from now on fail, or no longer. */
    public void failWrites(boolean fail) {
        failing |= fail;
        broken |= fail;
        disk.failWrites(fail);
    }

    /** Leaves room for so many bytes. */
    public void fill(long freeBytes) {
        failing = true;
        broken = true;
        disk.limitFreeBytes(freeBytes);
    }

    /** Works again as a disk should. */
    public void repair() {
        disk.failSyncs(false);
        disk.failWrites(false);
        disk.limitFreeBytes(UNLIMITED);
        broken = false;
    }

    /**
     * A process begins to use it: what it meets from now on is of its own time. After a sync that failed once nobody
     * starts one but with the machine: what memory alone has is gone.
     */
    void used(Random random) {
        if (disk.isForgetful()) {
            disk.crash(random);
        }
        failing = broken;
        disk.restorePower();
    }

    /** Lets the power of the machine fail in the middle of what a process does on it, after so many operations. */
    void failPowerAfter(int operations, Runnable hook) {
        disk.failPowerAfter(operations, () -> {
            failing = true; // whatever the process still says of it
            hook.run();
        });
    }

    /** Whether an operation on it may fail in this run of the process. */
    boolean mayFail() {
        return failing;
    }

    /** Whether a log on it may be damaged or gone. */
    boolean mayLoseLogs() {
        return failing || altered;
    }

    /**
     * Inverts one bit in a stored batch of the partition, as bad memory of a device does.
     *
     * @return false when there is nothing to spoil
     */
    public boolean flipBit(PartitionId partition, Random random) {
        String folder = logs.folders().get(partition);
        if (folder == null) {
            return false;
        }
        String path = logs.segmentWithBytes(folder, random);
        if (path.isEmpty()) {
            return false;
        }
        flip(partition, path, random.nextInt(disk.stored().size(path)), random);
        return true;
    }

    /**
     * Inverts one bit of what is stored of the partition in its last segment, of batches that begin at the offset or
     * later; the process that uses the disk may run.
     *
     * @return false when there is nothing to spoil
     */
    public boolean flipBitBehind(PartitionId partition, long offset, Random random) {
        String folder = logs.folders().get(partition);
        if (folder == null) {
            return false;
        }
        String path = logs.lastSegmentWithBytes(folder);
        int size = path.isEmpty() ? 0 : disk.stored().size(path);
        int bytes = (int) Math.min(size, logs.log(folder, true).bytesIn(offset));
        if (bytes == 0) {
            return false;
        }
        flip(partition, path, size - bytes + random.nextInt(bytes), random);
        return true;
    }

    private void flip(PartitionId partition, String path, int position, Random random) {
        altered = true;
        spoiled.add(partition);
        disk.flipBit(path, position, random.nextInt(8));
    }

    @Override
    public String toString() {
        return name;
    }
}
