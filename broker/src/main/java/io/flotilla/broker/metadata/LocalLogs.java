package io.flotilla.broker.metadata;

import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What the controller wants to know about this broker's logs. Any thread may ask. */
public interface LocalLogs {
    /**
     * Writes this run into the mark of every log directory, and returns when that is durable. Blocks.
     *
     * @return what the directories remember, this run included
     */
    List<DirectoryMark> mark(IncarnationId incarnation);

    /** Notes the epoch that this run registered with, durably. Blocks. */
    void registered(long brokerEpoch);

    /**
     * Replicas whose log was found damaged below its recovery point, or gone, in this run; complete for every partition
     * that the applied metadata assigns to this broker.
     */
    List<PartitionId> lost();

    /** Directories that failed in this run. */
    List<DirectoryId> failedDirectories();

    /**
     * Gives the leaderships away in good order (R14): no new appends, pending acknowledgements first. Completes when
     * nothing is left to drain, which may be never.
     */
    CompletionStage<Void> drain();

    /**
     * What one directory remembers.
     *
     * @param incarnations runs that used it, oldest first
     */
    record DirectoryMark(DirectoryId directory, List<IncarnationId> incarnations) {
        public DirectoryMark {
            incarnations = List.copyOf(incarnations);
        }
    }
}
