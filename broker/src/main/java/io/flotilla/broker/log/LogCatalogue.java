package io.flotilla.broker.log;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The logs that a directory must have, durable before any of them first reports an offset, so that a lost folder is
 * noticed (rule R6). A log is listed before it has a folder, which is planned then (decision 22). Changed under its
 * directory's lock, read by any thread.
 */
final class LogCatalogue {
    static final String FILE = "catalogue";

    private static final int ID_BYTES = 16;
    private static final int ENTRY_BYTES = ID_BYTES + Integer.BYTES + 1;

    private final DirectoryFile file;
    private final ConcurrentSkipListMap<PartitionId, Entry> logs;

    /** What is known of a log's folder. The numbers are on disk. */
    enum Status {
        /** It must be there. */
        PRESENT,
        /** The log's deletion was decided and may be half done. */
        DELETING,
        /** It is made by the log's first file, if it was not. */
        PLANNED
    }

    /** @param folder its name while it is planned, else empty */
    private record Entry(Status status, byte[] folder) {
        static final Entry PRESENT = new Entry(Status.PRESENT, new byte[0]);
        static final Entry DELETING = new Entry(Status.DELETING, new byte[0]);

        int sizeBytes() {
            return ENTRY_BYTES + (status == Status.PLANNED ? Short.BYTES + folder.length : 0);
        }
    }

    private LogCatalogue(DirectoryFile file, ConcurrentSkipListMap<PartitionId, Entry> logs) {
        this.file = file;
        this.logs = logs;
    }

    /** A new directory's catalogue, on disk when this returns. */
    static LogCatalogue create(DirectoryFile file) {
        var catalogue = new LogCatalogue(file, new ConcurrentSkipListMap<>());
        catalogue.write();
        return catalogue;
    }

    static LogCatalogue read(DirectoryFile file) {
        var bytes = file.read();
        var logs = new ConcurrentSkipListMap<PartitionId, Entry>();
        try {
            while (bytes.hasRemaining()) {
                var id = new byte[ID_BYTES];
                bytes.get(id);
                logs.put(new PartitionId(TopicId.of(id), bytes.getInt()), readEntry(file, bytes));
            }
            return new LogCatalogue(file, logs);
        } catch (BufferUnderflowException e) {
            throw file.unreadable();
        }
    }

    private static Entry readEntry(DirectoryFile file, ByteBuffer bytes) {
        int status = bytes.get();
        if (status == Status.PRESENT.ordinal()) {
            return Entry.PRESENT;
        } else if (status == Status.DELETING.ordinal()) {
            return Entry.DELETING;
        } else if (status != Status.PLANNED.ordinal()) {
            throw file.unreadable();
        }
        var folder = new byte[Short.toUnsignedInt(bytes.getShort())];
        bytes.get(folder);
        return new Entry(Status.PLANNED, folder);
    }

    /** True for a log that the directory holds, be its folder there, planned or gone. */
    boolean lists(PartitionId partition) {
        var entry = logs.get(partition);
        return entry != null && entry.status() != Status.DELETING;
    }

    /** Logs that the directory holds, in order. */
    List<PartitionId> listed() {
        return logs.entrySet().stream()
                .filter(log -> log.getValue().status() != Status.DELETING)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Logs whose folders need not be there yet. */
    List<PartitionId> planned() {
        return logs.entrySet().stream()
                .filter(log -> log.getValue().status() == Status.PLANNED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The name that a log's folder is to have; null where its folder must be there. */
    @Nullable
    String plannedName(PartitionId partition) {
        var entry = logs.get(partition);
        return entry == null || entry.status() != Status.PLANNED
                ? null
                : new String(entry.folder(), StandardCharsets.UTF_8);
    }

    /** Logs whose deletion is to be finished. */
    List<PartitionId> deleting() {
        return logs.entrySet().stream()
                .filter(log -> log.getValue().status() == Status.DELETING)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Shows all logs, in order. */
    void show(BiConsumer<PartitionId, Status> visitor) {
        logs.forEach((partition, entry) -> visitor.accept(partition, entry.status()));
    }

    /** Lists logs that have no folder yet, with the names that those will have; on disk when this returns. */
    void plan(Map<PartitionId, String> folders) {
        folders.forEach((partition, folder) ->
                logs.put(partition, new Entry(Status.PLANNED, folder.getBytes(StandardCharsets.UTF_8))));
        write();
    }

    /** From now on these folders must be there; on disk when this returns. */
    void requireFolders(Collection<PartitionId> partitions) {
        partitions.forEach(partition -> logs.put(partition, Entry.PRESENT));
        write();
    }

    /** Decides the deletion of a log; on disk when this returns. */
    void beginDelete(PartitionId partition) {
        logs.put(partition, Entry.DELETING);
        write();
    }

    /** Forgets a log whose folder is gone; on disk with the next change. */
    void endDelete(PartitionId partition) {
        logs.remove(partition);
    }

    /** Forgets a log that another directory lists; on disk when this returns. */
    void disown(PartitionId partition) {
        logs.remove(partition);
        write();
    }

    private void write() {
        var bytes = ByteBuffer.allocate(
                logs.values().stream().mapToInt(Entry::sizeBytes).sum());
        logs.forEach((partition, entry) -> {
            bytes.put(partition.topic().bytes()).putInt(partition.partition());
            bytes.put((byte) entry.status().ordinal());
            if (entry.status() == Status.PLANNED) {
                bytes.putShort((short) entry.folder().length).put(entry.folder());
            }
        });
        file.replace(bytes.flip());
    }
}
