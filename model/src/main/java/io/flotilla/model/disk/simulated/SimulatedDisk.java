package io.flotilla.model.disk.simulated;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskException.Kind;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.disk.DiskLock;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory whose power can fail at any time. {@link #crash} keeps what was synced and, by the seed, any prefix
 * of the rest: of a file's unsynced bytes (the last of them possibly garbage), of a directory's unsynced changes. Owned
 * by one thread.
 */
public final class SimulatedDisk implements Disk {
    private final String name;
    private final SimulatedDirectory root = new SimulatedDirectory();
    private final TreeSet<String> locks = new TreeSet<>();
    private final SimulatedPower power = new SimulatedPower();
    private long filesMade;

    public SimulatedDisk(String name) {
        this.name = name;
    }

    /** Cuts the power: open files and locks are dead, unsynced state survives as {@code random} decides. */
    public void crash(Random random) {
        kill();
        root.crash(random);
        power.remembersAll();
    }

    /** Ends the process without ending the power: open files and locks are dead, every byte written stays. */
    public void kill() {
        power.cycle();
        locks.clear();
    }

    /**
     * Lets the power fail before the operation after so many more, in the middle of whatever a process is at: that
     * operation and all later ones fail with {@link PowerLostError}, until {@link #restorePower}.
     *
     * @param hook runs at that moment, and is expected to {@link #crash} the disk
     */
    public void failPowerAfter(int operations, Runnable hook) {
        power.failAfter(operations, hook);
    }

    /** Takes {@link #failPowerAfter} back, be it before or after the power failed. */
    public void restorePower() {
        power.restore();
    }

    /** Lets every sync from now on fail, as a device does that lost a write; or heals it. */
    public void failSyncs(boolean fail) {
        power.failSyncs(fail);
    }

    /**
     * Lets the next sync fail, and those after it succeed without storing what that one should have, as Linux does
     * (fsyncgate).
     */
    public void failNextSync() {
        power.failNextSync();
    }

    /** Whether such a sync has failed since the last crash, so that what is seen may never get to the disk. */
    public boolean isForgetful() {
        return power.isForgetful();
    }

    /** Lets every write and cut from now on fail with an input/output error; or heals it. */
    public void failWrites(boolean fail) {
        power.failWrites(fail);
    }

    /** Lets appends fail once they would need more than {@code bytes}; part of the failing one is written. */
    public void limitFreeBytes(long bytes) {
        power.limitFreeBytes(bytes);
    }

    /** Inverts one bit of a file, in memory and as stored. */
    public void flipBit(String path, long position, int bit) {
        file(path).flipBit(position, bit);
    }

    /** Bytes of a file, copied. */
    public byte[] contentOf(String path) {
        return file(path).content();
    }

    /** Everything as the process sees it. */
    public SimulatedView seen() {
        return new SimulatedView(root, false);
    }

    /** Only what a power loss at this moment leaves for certain; more of it may survive. */
    public SimulatedView stored() {
        return new SimulatedView(root, true);
    }

    /** Another disk with everything as the process sees it, all of it stored. */
    public SimulatedDisk copy() {
        var copy = new SimulatedDisk(name);
        seen().copyTo(copy, "");
        return copy;
    }

    /** How many syncs of files and directories have succeeded. */
    public long syncCount() {
        return power.syncCount();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> list(String directory) {
        return directory(directory).names();
    }

    @Override
    public boolean exists(String path) {
        return find(path) != null;
    }

    @Override
    public boolean isDirectory(String path) {
        return find(path) instanceof SimulatedDirectory;
    }

    @Override
    public void createDirectory(String path) {
        power.operation("making " + describe(path));
        if (!isDirectory(path)) {
            refuseExisting(path);
            parent(path).put(leafOf(path), new SimulatedDirectory());
        }
    }

    @Override
    public DiskFile open(String path) {
        return new SimulatedHandle(describe(path), file(path), power);
    }

    @Override
    public DiskFile create(String path) {
        power.operation("making " + describe(path));
        refuseExisting(path);
        var file = new SimulatedFile(++filesMade);
        parent(path).put(leafOf(path), file);
        return new SimulatedHandle(describe(path), file, power);
    }

    @Override
    public void rename(String from, String to) {
        power.operation("renaming " + describe(from));
        if (!parentOf(from).equals(parentOf(to))) {
            throw new DiskException(Kind.IO, "cannot move " + describe(from) + " to another directory, " + to);
        }
        if (find(from) == null) {
            throw new DiskException(Kind.NOT_FOUND, describe(from) + " does not exist");
        }
        if (isDirectory(from)) {
            refuseExisting(to);
        }
        parent(from).rename(leafOf(from), leafOf(to));
    }

    @Override
    public void delete(String path) {
        power.operation("deleting " + describe(path));
        var node = find(path);
        if (node == null) {
            throw new DiskException(Kind.NOT_FOUND, describe(path) + " does not exist");
        }
        if (node instanceof SimulatedDirectory directory && !directory.names().isEmpty()) {
            throw new DiskException(Kind.IO, describe(path) + " is not empty");
        }
        parent(path).remove(leafOf(path));
    }

    @Override
    public void syncDirectory(String directory) {
        power.operation("a sync of " + describe(directory));
        power.sync(describe(directory), () -> {});
        directory(directory).sync();
    }

    @Override
    public long freeBytes() {
        return power.freeBytes();
    }

    @Override
    public DiskLock lock(String path) {
        if (!locks.add(path)) {
            throw new DiskException(Kind.LOCKED, describe(path) + " is locked by another process");
        }
        int cycle = power.cycles();
        return () -> {
            if (power.cycles() == cycle) {
                locks.remove(path);
            }
        };
    }

    private void refuseExisting(String path) {
        if (exists(path)) {
            throw new DiskException(Kind.ALREADY_EXISTS, describe(path) + " exists");
        }
    }

    private SimulatedDirectory parent(String path) {
        return directory(parentOf(path));
    }

    private SimulatedDirectory directory(String path) {
        if (find(path) instanceof SimulatedDirectory directory) {
            return directory;
        }
        throw new DiskException(Kind.NOT_FOUND, describe(path) + " is not a directory");
    }

    private SimulatedFile file(String path) {
        if (find(path) instanceof SimulatedFile file) {
            return file;
        }
        throw new DiskException(Kind.NOT_FOUND, describe(path) + " is not a file");
    }

    private @Nullable SimulatedNode find(String path) {
        if (path.isEmpty()) {
            return root;
        }
        return find(parentOf(path)) instanceof SimulatedDirectory directory ? directory.get(leafOf(path)) : null;
    }

    private String describe(String path) {
        return name + "/" + path;
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    private static String leafOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
