package io.flotilla.broker.log;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The logs that a directory must have, durable before any of them first reports an offset, so that a lost folder is
 * noticed (rule R6). Changed under its directory's lock, read by any thread.
 */
final class LogCatalogue {
    static final String FILE = "catalogue";

    private static final int ID_BYTES = 16;
    private static final int ENTRY_BYTES = ID_BYTES + Integer.BYTES + 1;

    /** A log that must be there, or one whose deletion was decided and may be half done. */
    enum Status {
        PRESENT,
        DELETING
    }

    private final DirectoryFile file;
    private final ConcurrentSkipListMap<PartitionId, Status> logs;

    private LogCatalogue(DirectoryFile file, ConcurrentSkipListMap<PartitionId, Status> logs) {
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
        var logs = new ConcurrentSkipListMap<PartitionId, Status>();
        try {
            while (bytes.hasRemaining()) {
                var id = new byte[ID_BYTES];
                bytes.get(id);
                var partition = new PartitionId(TopicId.of(id), bytes.getInt());
                logs.put(partition, bytes.get() == 0 ? Status.PRESENT : Status.DELETING);
            }
            return new LogCatalogue(file, logs);
        } catch (BufferUnderflowException e) {
            throw file.unreadable();
        }
    }

    boolean lists(PartitionId partition) {
        return logs.get(partition) == Status.PRESENT;
    }

    /** Logs that must be there, in order. */
    List<PartitionId> present() {
        return with(Status.PRESENT);
    }

    /** Logs whose deletion is to be finished. */
    List<PartitionId> deleting() {
        return with(Status.DELETING);
    }

    private List<PartitionId> with(Status status) {
        return logs.entrySet().stream()
                .filter(entry -> entry.getValue() == status)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Lists logs whose folders are durable; on disk when this returns. */
    void add(Collection<PartitionId> partitions) {
        partitions.forEach(partition -> logs.put(partition, Status.PRESENT));
        write();
    }

    /** Decides the deletion of a log; on disk when this returns. */
    void beginDelete(PartitionId partition) {
        logs.put(partition, Status.DELETING);
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
        var bytes = ByteBuffer.allocate(logs.size() * ENTRY_BYTES);
        logs.forEach((partition, status) -> bytes.put(partition.topic().bytes())
                .putInt(partition.partition())
                .put((byte) status.ordinal()));
        file.replace(bytes.flip());
    }
}
