package io.flotilla.client;

import io.flotilla.model.record.RecordHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record that was read.
 *
 * @param timestampMs milliseconds since the Unix epoch: the producer's, or the leader's on topics with append
 *     timestamps
 * @param leaderEpoch of the leader that appended it
 * @param key null where there is none, which is not the same as empty
 * @param value null for a tombstone
 */
public record ConsumerRecord(
        TopicPartition topicPartition,
        long offset,
        long timestampMs,
        int leaderEpoch,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<RecordHeader> headers) {
    public String topic() {
        return topicPartition.topic();
    }

    public int partition() {
        return topicPartition.partition();
    }
}
