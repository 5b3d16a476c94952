package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.AppendCallback;
import io.flotilla.broker.partition.LogBounds;
import io.flotilla.broker.partition.Reply;
import java.nio.ByteBuffer;

/**
 * The log of a shard, in the one leader epoch in which the shard serves: whatever is asked in another epoch is refused.
 * Answers come on any thread, and each question is answered once; nothing here blocks.
 */
public interface ShardLog {
    /** What the log holds now, committed or not. */
    void findBounds(Reply<LogBounds> reply);

    /**
     * The end of what is committed, once all other in-sync replicas have said after this question that nobody else
     * leads (R15).
     */
    void confirm(Reply<Long> reply);

    /**
     * Committed batches from an offset on; none when there were none within a moment.
     *
     * @param offset at least the log's start
     */
    void read(long offset, Reply<CommittedBatches> reply);

    /**
     * Appends batches, together or not at all; acknowledged once they are committed, however long that takes.
     *
     * @param batches canonical entries between position and limit, the log's until the callback has them consumed
     */
    void append(ByteBuffer batches, AppendCallback callback);
}
