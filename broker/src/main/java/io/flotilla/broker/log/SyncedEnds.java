package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskFile;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.record.Crc32c;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far logs were synced since the directory's offsets were last written: one entry of 40 bytes per sync of a log, at
 * the end of one file. An entry is the CRC32C of the rest, the number of the offsets that it adds to, the partition and
 * the end, all big endian; one that does not match its checksum, or adds to other offsets, says nothing, and says
 * nothing about its neighbours. Guarded by its {@link OffsetCheckpoint}, but for {@link #sync}.
 */
final class SyncedEnds {
    static final String FILE = "synced";

    private static final Logger LOG = LoggerFactory.getLogger(SyncedEnds.class);

    private static final int ID_BYTES = 16;
    private static final int ENTRY_BYTES = Integer.BYTES + Long.BYTES + ID_BYTES + Integer.BYTES + Long.BYTES;

    private final Disk disk;
    private final DiskFile file;

    /** Entries were written that no sync covers yet. */
    private volatile boolean unsynced;

    /** Guarded by {@code syncing}: why a sync failed; none is tried after that. */
    private @Nullable DiskException failure;

    private final Object syncing = new Object();

    /** The last entry did not fit. */
    private boolean full;

    private SyncedEnds(Disk disk, DiskFile file) {
        this.disk = disk;
        this.file = file;
    }

    /** Opens the file, which a new directory does not have yet; {@link Disk#syncDirectory} is left to the caller. */
    static SyncedEnds create(Disk disk) {
        return new SyncedEnds(disk, disk.exists(FILE) ? disk.open(FILE) : disk.create(FILE));
    }

    static SyncedEnds open(DirectoryFile name) {
        if (!name.disk().exists(name.name())) {
            throw name.missing();
        }
        return new SyncedEnds(name.disk(), name.disk().open(name.name()));
    }

    /** Has the next entry stand where {@link #read} looks for it: of the last one, a crash may have left a part. */
    void dropPartialEntry() {
        long size = file.size();
        if (size % ENTRY_BYTES != 0) {
            file.truncate(size - size % ENTRY_BYTES);
        }
    }

    interface Visitor {
        /** An entry adds to the offsets of this number that the partition was synced up to the end. */
        void entry(long number, PartitionId partition, long end);
    }

    /** Shows all sound entries, oldest first. */
    void read(Visitor visitor) {
        var bytes = ByteBuffer.allocate((int) Math.min(file.size(), Integer.MAX_VALUE - ENTRY_BYTES));
        file.read(0, bytes);
        for (int at = 0; at + ENTRY_BYTES <= bytes.position(); at += ENTRY_BYTES) {
            if (bytes.getInt(at) == Crc32c.of(bytes, at + Integer.BYTES, at + ENTRY_BYTES)) {
                readSound(bytes.duplicate().position(at + Integer.BYTES), visitor);
            }
        }
    }

    private static void readSound(ByteBuffer entry, Visitor visitor) {
        long number = entry.getLong();
        var id = new byte[ID_BYTES];
        entry.get(id);
        visitor.entry(number, new PartitionId(TopicId.of(id), entry.getInt()), entry.getLong());
    }

    /**
     * Adds an entry; {@link #sync} makes it durable. False without space for it: damage of what was synced would pass
     * for a torn end, so that the sync must not count.
     */
    boolean add(long number, PartitionId partition, long end) {
        var entry = ByteBuffer.allocate(ENTRY_BYTES).position(Integer.BYTES);
        entry.putLong(number).put(partition.topic().bytes()).putInt(partition.partition());
        entry.putLong(end).flip();
        entry.putInt(0, Crc32c.of(entry, Integer.BYTES, ENTRY_BYTES));
        long size = file.size();
        boolean added = DirectoryHealth.ifSpace(() -> file.append(entry));
        if (added) {
            unsynced = true;
        } else {
            file.truncate(size);
        }
        noteSpace(added);
        return added;
    }

    private void noteSpace(boolean found) {
        if (!found && !full) {
            LOG.warn(
                    "{} has no space for 40 bytes that note how far a log was synced; until there is, what is written"
                            + " to synced topics there is not acknowledged. Free space on it",
                    disk.name());
        } else if (found && full) {
            LOG.info("{} has space again for notes of syncs", disk.name());
        }
        full = !found;
    }

    /** Makes all entries added so far survive a power loss. Any thread. */
    void sync() {
        synchronized (syncing) {
            if (failure != null) {
                throw failure;
            }
            if (unsynced) {
                unsynced = false; // before the sync: what is added from here on, it need not cover
                syncFile();
            }
        }
    }

    private void syncFile() {
        try {
            file.sync();
        } catch (DiskException e) {
            failure = e;
            throw e;
        }
    }

    boolean isEmpty() {
        return file.size() == 0;
    }

    /** Drops all entries: the offsets that they added to are superseded, durably. */
    void clear() {
        file.truncate(0);
    }

    void close() {
        file.close();
    }
}
