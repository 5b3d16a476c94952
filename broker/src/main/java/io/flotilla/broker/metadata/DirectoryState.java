package io.flotilla.broker.metadata;

import io.flotilla.broker.log.LogOffsets;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import java.util.List;

/**
 * How a log directory is.
 *
 * @param failure why it is out of use until the broker is restarted; empty for one that works
 * @param freeBytes what its file system has left; -1 when that cannot be said
 * @param logs all that it must hold, by topic id and partition
 */
public record DirectoryState(DirectoryId id, String path, String failure, long freeBytes, List<Log> logs) {
    public DirectoryState {
        logs = List.copyOf(logs);
    }

    /** Bytes of all its logs. */
    public long logBytes() {
        return logs.stream().mapToLong(Log::sizeBytes).sum();
    }

    /**
     * How a log is.
     *
     * @param damage what is wrong with it; empty for a sound one
     */
    public record Log(PartitionId id, long sizeBytes, LogOffsets offsets, long logEnd, String damage) {}
}
