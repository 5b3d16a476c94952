package io.flotilla.client;

import io.flotilla.model.image.Durability;
import org.jspecify.annotations.Nullable;

/**
 * Where an acknowledged record is.
 *
 * @param offset -1 with acks=0, where nobody tells
 * @param timestampMs milliseconds since the Unix epoch: the record's own, or the leader's on topics with append
 *     timestamps
 * @param leaderEpoch of the leader that acknowledged; -1 with acks=0
 * @param durability what the acknowledgement survives; null with acks=0
 */
public record RecordMetadata(
        TopicPartition topicPartition,
        long offset,
        long timestampMs,
        int leaderEpoch,
        @Nullable Durability durability) {
    public String topic() {
        return topicPartition.topic();
    }

    public int partition() {
        return topicPartition.partition();
    }
}
