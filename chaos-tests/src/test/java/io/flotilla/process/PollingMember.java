package io.flotilla.process;

import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRebalanceListener;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A member of a group that polls on a thread of its own, and remembers what it heard and read. Any thread. */
final class PollingMember implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Thread thread;
    private volatile boolean stopped;
    private final List<String> trace = new ArrayList<>();
    private final Set<TopicPartition> owned = new TreeSet<>();
    /** By partition, in the order in which they came. */
    private final Map<TopicPartition, List<Long>> read = new TreeMap<>();

    private @Nullable RuntimeException failure;

    /** Joins when it polls first, which is at once. */
    PollingMember(Map<?, ?> config, String topic) {
        this.thread = new Thread(() -> run(config, topic), "member");
        thread.start();
    }

    private void run(Map<?, ?> config, String topic) {
        try (Consumer consumer = new Consumer(config)) {
            consumer.subscribe(List.of(topic), new Listener());
            while (!stopped) {
                consumer.poll(POLL).forEach(this::note);
            }
        } catch (RuntimeException e) {
            synchronized (this) {
                failure = e;
            }
        }
    }

    private synchronized void note(ConsumerRecord record) {
        read.computeIfAbsent(record.topicPartition(), partition -> new ArrayList<>())
                .add(record.offset());
    }

    /** Writes down what moves. */
    private final class Listener implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            synchronized (PollingMember.this) {
                trace.add("revoked " + partitions.size());
                owned.removeAll(partitions);
            }
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            synchronized (PollingMember.this) {
                trace.add("assigned " + partitions.size());
                owned.addAll(partitions);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            synchronized (PollingMember.this) {
                trace.add("lost " + partitions.size());
                owned.removeAll(partitions);
            }
        }
    }

    synchronized List<String> trace() {
        return List.copyOf(trace);
    }

    synchronized Set<TopicPartition> owned() {
        return new TreeSet<>(owned);
    }

    /** Offsets that poll has returned, by partition; those that came twice twice. */
    synchronized Map<TopicPartition, List<Long>> read() {
        Map<TopicPartition, List<Long>> copy = new TreeMap<>();
        read.forEach((partition, offsets) -> copy.put(partition, List.copyOf(offsets)));
        return copy;
    }

    synchronized @Nullable RuntimeException failure() {
        return failure;
    }

    /** Leaves the group, and waits until that is done. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
