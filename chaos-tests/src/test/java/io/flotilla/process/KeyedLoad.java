package io.flotilla.process;

import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.RecordMetadata;
import io.flotilla.model.error.FlotillaException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbers with keys to a topic from a thread of its own, as fast as the readers take them, and remembers where
 * each was acknowledged. The test's thread starts and ends it.
 */
final class KeyedLoad implements AutoCloseable {
    static final int KEYS = 97;
    private static final int IN_FLIGHT_MAX = 2_000;
    /** Acknowledged records that nobody has read yet, at most. */
    private static final long AHEAD_MAX = 5_000;

    private static final long PAUSE_NANOS = 1_000_000;

    private final Producer producer;
    private final String topic;
    private final Thread sender;
    private final Semaphore room = new Semaphore(IN_FLIGHT_MAX);
    /** By partition and offset; guarded by this. */
    private final Map<Integer, List<Integer>> acknowledged = new TreeMap<>();
    /** Guarded by this. */
    private final List<FlotillaException> failures = new ArrayList<>();

    private volatile long acked;
    private volatile boolean ending;

    /** How many records were read so far. */
    @FunctionalInterface
    interface Readers {
        long read();
    }

    private KeyedLoad(TestCluster cluster, String topic, Readers readers) {
        this.topic = topic;
        this.producer = new Producer(cluster.config(Map.of("linger.ms", "2", "delivery.timeout.ms", "120000")));
        this.sender = new Thread(() -> send(readers), "load-" + topic);
    }

    static KeyedLoad on(TestCluster cluster, String topic, Readers readers) {
        KeyedLoad load = new KeyedLoad(cluster, topic, readers);
        load.sender.start();
        return load;
    }

    /** The key of a number. */
    static String key(int number) {
        return "key-" + number % KEYS;
    }

    private void send(Readers readers) {
        for (int number = 0; !ending; number++) {
            room.acquireUninterruptibly();
            while (acked - readers.read() > AHEAD_MAX && !ending) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            int sent = number;
            byte[] value = Integer.toString(number).getBytes(StandardCharsets.UTF_8);
            byte[] key = key(number).getBytes(StandardCharsets.UTF_8);
            var unused = producer.send(
                    new ProducerRecord(topic, null, null, key, value, List.of()),
                    (done, failure) -> ended(sent, done, failure));
        }
    }

    private synchronized void ended(int number, @Nullable RecordMetadata done, @Nullable FlotillaException failure) {
        room.release();
        if (failure != null || done == null) {
            failures.add(Objects.requireNonNull(failure));
            return;
        }
        List<Integer> numbers = acknowledged.computeIfAbsent(done.partition(), unseen -> new ArrayList<>());
        int offset = Math.toIntExact(done.offset());
        while (numbers.size() <= offset) {
            numbers.add(-1);
        }
        numbers.set(offset, number);
        acked = acked + 1;
    }

    /** Stops sending and waits for the last answers. */
    void end() {
        ending = true;
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.flush();
    }

    long acked() {
        return acked;
    }

    /** By partition, the numbers at its offsets. */
    synchronized Map<Integer, List<Integer>> acknowledged() {
        Map<Integer, List<Integer>> copy = new TreeMap<>();
        acknowledged.forEach((partition, numbers) -> copy.put(partition, List.copyOf(numbers)));
        return copy;
    }

    synchronized List<FlotillaException> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        end();
        producer.close();
    }
}
