package io.flotilla.broker.log;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What a directory remembers of its logs' offsets: all of them in one file that is replaced as a whole now and then,
 * and in {@link SyncedEnds} how far each was synced since. So a restart knows of every sync that anybody was told of,
 * and can tell damage from a torn end. Loops, the flusher and the thread that checkpoints meet here: the lock is held
 * from reading the offsets until they are on disk, so that no older note overtakes a newer one.
 */
final class OffsetCheckpoint {
    static final String FILE = "offsets";

    private static final int ID_BYTES = 16;
    private static final int ENTRY_BYTES = ID_BYTES + Integer.BYTES + 3 * Long.BYTES;

    private final DirectoryFile file;
    private final SyncedEnds synced;

    /** Guarded by this: as on disk, both files taken together. */
    private TreeMap<PartitionId, LogOffsets> offsets;

    /** Guarded by this: the ledgers of open logs; those of logs that were given up may note nothing any more. */
    private final TreeMap<PartitionId, Ledger> ledgers = new TreeMap<>();

    /** Guarded by this: how often the file was replaced; entries of other numbers add nothing to it. */
    private long number;

    private OffsetCheckpoint(
            DirectoryFile file, SyncedEnds synced, TreeMap<PartitionId, LogOffsets> offsets, long number) {
        this.file = file;
        this.synced = synced;
        this.offsets = offsets;
        this.number = number;
    }

    /** Writes a new directory's checkpoint; durable when this returns. */
    static void create(DirectoryFile file) {
        var checkpoint = new OffsetCheckpoint(file, SyncedEnds.create(file.disk()), new TreeMap<>(), 0);
        checkpoint.write(new TreeMap<>());
        checkpoint.close();
    }

    /** Reads both files and makes one of them, if there is space for that. */
    static OffsetCheckpoint read(DirectoryFile file) {
        var noted = decode(file);
        var synced = SyncedEnds.open(new DirectoryFile(file.disk(), SyncedEnds.FILE));
        var checkpoint = new OffsetCheckpoint(file, synced, noted.offsets(), noted.number());
        synced.read((number, partition, end) -> {
            if (number == noted.number()) {
                checkpoint.raise(partition, end);
            }
        });
        if (!synced.isEmpty()) {
            synced.dropPartialEntry();
            DirectoryHealth.ifSpace(() -> checkpoint.write(noted.offsets()));
        }
        return checkpoint;
    }

    /**
     * What the file holds.
     *
     * @param number how often it was replaced
     */
    record Noted(long number, TreeMap<PartitionId, LogOffsets> offsets) {}

    static Noted decode(DirectoryFile file) {
        var bytes = file.read();
        var offsets = new TreeMap<PartitionId, LogOffsets>();
        try {
            long number = bytes.getLong();
            while (bytes.hasRemaining()) {
                var id = new byte[ID_BYTES];
                bytes.get(id);
                var partition = new PartitionId(TopicId.of(id), bytes.getInt());
                offsets.put(partition, new LogOffsets(bytes.getLong(), bytes.getLong(), bytes.getLong()));
            }
            return new Noted(number, offsets);
        } catch (BufferUnderflowException e) {
            throw file.unreadable();
        }
    }

    private boolean isNews(PartitionId partition, long end) {
        return end > of(partition).recoveryPoint();
    }

    private void raise(PartitionId partition, long end) {
        if (isNews(partition, end)) {
            var noted = of(partition);
            offsets.put(partition, new LogOffsets(noted.logStart(), end, noted.highWatermark()));
        }
    }

    synchronized LogOffsets of(PartitionId partition) {
        return offsets.getOrDefault(partition, LogOffsets.NONE);
    }

    /** Where a log that is being opened notes its offsets until it is forgotten or opened again. */
    synchronized Ledger ledgerOf(PartitionId partition) {
        var ledger = new Ledger(partition);
        ledgers.put(partition, ledger);
        return ledger;
    }

    /** Makes what ledgers were told of syncs survive a power loss. Any thread. */
    void syncLedgers() {
        synced.sync();
    }

    /** One open log's notes. */
    final class Ledger implements LogHome.OffsetLedger {
        private final PartitionId partition;

        private Ledger(PartitionId partition) {
            this.partition = partition;
        }

        @Override
        public boolean synced(LongSupplier end) {
            synchronized (OffsetCheckpoint.this) {
                long now = end.getAsLong();
                if (isCurrent() && isNews(partition, now) && synced.add(number, partition, now)) {
                    raise(partition, now);
                }
                return isCurrent() && !isNews(partition, now);
            }
        }

        @Override
        public void lower(LogOffsets limit) {
            synchronized (OffsetCheckpoint.this) {
                var noted = of(partition);
                if (isCurrent()
                        && (noted.recoveryPoint() > limit.recoveryPoint()
                                || noted.highWatermark() > limit.highWatermark())) {
                    var next = new TreeMap<>(offsets);
                    next.put(
                            partition,
                            new LogOffsets(
                                    noted.logStart(),
                                    Math.min(noted.recoveryPoint(), limit.recoveryPoint()),
                                    Math.min(noted.highWatermark(), limit.highWatermark())));
                    write(next);
                }
            }
        }

        @Override
        public void replace(Supplier<LogOffsets> now) {
            synchronized (OffsetCheckpoint.this) {
                var next = new TreeMap<>(offsets);
                if (isCurrent() && note(next, partition, now.get())) {
                    write(next);
                }
            }
        }

        private boolean isCurrent() {
            return ledgers.get(partition) == this;
        }
    }

    /** Asks every log for its offsets and writes them, if there is news of any. */
    synchronized void update(Map<PartitionId, Supplier<LogOffsets>> logs) {
        boolean changed = !synced.isEmpty();
        var next = new TreeMap<>(offsets);
        for (var log : logs.entrySet()) {
            boolean current = ledgers.containsKey(log.getKey()); // else it was given up since the caller looked
            changed |= current && note(next, log.getKey(), log.getValue().get());
        }
        if (changed) {
            write(next);
        }
    }

    /** A log learns that a sync is over later than its ledger: the recovery point only falls by {@code lower}. */
    private boolean note(Map<PartitionId, LogOffsets> next, PartitionId partition, LogOffsets now) {
        var noted = of(partition);
        var changed = new LogOffsets(
                now.logStart(), Math.max(noted.recoveryPoint(), now.recoveryPoint()), now.highWatermark());
        return !changed.equals(next.put(partition, changed));
    }

    synchronized void forget(Collection<PartitionId> partitions) {
        ledgers.keySet().removeAll(partitions);
        var next = new TreeMap<>(offsets);
        if (next.keySet().removeAll(partitions)) {
            write(next);
        }
    }

    /** Replaces the file; without space for that, all is as before, in memory, too. */
    private void write(TreeMap<PartitionId, LogOffsets> next) {
        var bytes = ByteBuffer.allocate(Long.BYTES + next.size() * ENTRY_BYTES).putLong(number + 1);
        next.forEach((partition, noted) -> bytes.put(partition.topic().bytes())
                .putInt(partition.partition())
                .putLong(noted.logStart())
                .putLong(noted.recoveryPoint())
                .putLong(noted.highWatermark()));
        file.replace(bytes.flip());
        number++;
        offsets = next;
        synced.clear();
    }

    /** Closes the files. */
    void close() {
        synced.close();
    }
}
