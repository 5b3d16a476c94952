package io.flotilla.cli;

import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Records that a poll returned and that a tool leaves for the next one. Stateless. */
final class UnreadRecords {
    private UnreadRecords() {}

    /** Goes back before them, so that what is committed from now on, as on close, does not count them as read. */
    static void giveBack(Consumer consumer, List<ConsumerRecord> unread) {
        Map<TopicPartition, Long> first = new TreeMap<>();
        unread.forEach(record -> first.putIfAbsent(record.topicPartition(), record.offset()));
        first.forEach(consumer::seek);
    }
}
