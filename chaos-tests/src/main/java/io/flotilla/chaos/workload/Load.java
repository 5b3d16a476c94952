package io.flotilla.chaos.workload;

import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.client.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * What the clients of one run share: the partitions, the history, numbers that nobody uses twice. Safe for any thread.
 */
final class Load {
    private final String bootstrapServer;
    private final List<TopicPartition> partitions;
    private final HistoryWriter history;
    private final AtomicInteger processes = new AtomicInteger();
    private final Map<TopicPartition, AtomicLong> values = new TreeMap<>();
    private final Map<TopicPartition, Long> readUpTo = new ConcurrentSkipListMap<>();
    private final AtomicLong acked = new AtomicLong();
    private final AtomicLong inDoubt = new AtomicLong();
    private volatile boolean ending;

    Load(String bootstrapServer, String topic, int partitions, HistoryWriter history) {
        this.bootstrapServer = bootstrapServer;
        this.partitions = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        this.history = history;
        this.partitions.forEach(partition -> values.put(partition, new AtomicLong()));
    }

    Map<String, String> config(Map<String, String> more) {
        Map<String, String> config = new TreeMap<>(more);
        config.put("bootstrap.servers", bootstrapServer);
        return config;
    }

    List<TopicPartition> partitions() {
        return partitions;
    }

    HistoryWriter history() {
        return history;
    }

    /** A process number that was never used. */
    int newProcess() {
        return processes.getAndIncrement();
    }

    /** A value that was never sent to the partition. */
    long newValue(TopicPartition partition) {
        AtomicLong last = values.get(partition);
        if (last == null) {
            throw new IllegalArgumentException(partition + " is not part of this load");
        }
        return last.incrementAndGet();
    }

    /** Remembers that somebody has read a partition up to and with an offset. */
    void readUpTo(TopicPartition partition, long offset) {
        readUpTo.merge(partition, offset, Math::max);
    }

    /** The offset behind what anybody has read of a partition; 0 at first. */
    long readEnd(TopicPartition partition) {
        return readUpTo.getOrDefault(partition, -1L) + 1;
    }

    void countAcked(long records) {
        acked.addAndGet(records);
    }

    void countInDoubt() {
        inDoubt.incrementAndGet();
    }

    long acked() {
        return acked.get();
    }

    long inDoubt() {
        return inDoubt.get();
    }

    /** Asks all clients to finish their operation and stop. */
    void end() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }
}
