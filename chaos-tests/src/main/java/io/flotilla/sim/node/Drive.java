package io.flotilla.sim.node;

import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.check.StoredLog;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** One disk of a node, which holds one log directory. It can be replaced, and copied. Owned by its node. */
public final class Drive {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final String name;
    private SimulatedDisk disk;
    private DiskLogs logs;

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
    public void replace(Optional<SimulatedDisk> earlier) {
        disk = earlier.map(SimulatedDisk::copy).orElseGet(() -> new SimulatedDisk(name));
        logs = new DiskLogs(disk);
    }

    /** Everything that is on it now. */
    public SimulatedDisk backup() {
        return disk.copy();
    }

    /** Lets every sync from now on fail, or no longer. */
    public void failSyncs(boolean fail) {
        disk.failSyncs(fail);
    }

    /** Lets every write from now on fail, or no longer. */
    public void failWrites(boolean fail) {
        disk.failWrites(fail);
    }

    /** Leaves room for so many bytes. */
    public void fill(long freeBytes) {
        disk.limitFreeBytes(freeBytes);
    }

    /** Works again as a disk should. */
    public void repair() {
        disk.failSyncs(false);
        disk.failWrites(false);
        disk.limitFreeBytes(UNLIMITED);
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
        disk.flipBit(path, random.nextInt(disk.stored().size(path)), random.nextInt(8));
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
