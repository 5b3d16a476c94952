package io.flotilla.process;

import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.error.Outcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered records to a topic from a thread of its own, an idempotent producer with acks=all, and remembers what
 * became of each; then reads the topic and judges. The test's thread starts, ends and judges it.
 */
final class AckedLoad implements AutoCloseable {
    private static final int KEYS = 97;
    private static final int NUMBERS_MAX = 2_000_000;
    private static final int IN_FLIGHT_MAX = 2_000;
    private static final int BURST = 20;
    private static final long PAUSE_NANOS = 4_000_000;
    private static final int PAUSES_PER_SECOND = 250;
    private static final Duration PROGRESS = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int SILENT_POLLS_MAX = 20;

    private static final byte ACKED = 1;
    private static final byte NOT_APPLIED = 2;

    private final TestCluster cluster;
    private final String topic;
    private final Producer producer;
    private final Thread sender;
    private final Semaphore room = new Semaphore(IN_FLIGHT_MAX);
    /** By number; written by the producer's callbacks before the counter beside it rises. */
    private final byte[] fates = new byte[NUMBERS_MAX];

    private final AtomicInteger acked = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<FlotillaError> failures = new ArrayList<>();
    private volatile int sent;
    private volatile int chars = 1;
    private volatile int burst = BURST;
    private volatile boolean ending;

    private AckedLoad(TestCluster cluster, String topic) {
        this.cluster = cluster;
        this.topic = topic;
        this.producer = new Producer(cluster.config(Map.of("linger.ms", "2", "delivery.timeout.ms", "120000")));
        this.sender = new Thread(this::send, "load-" + topic);
    }

    /** Starts to send, at most some thousand records a second. */
    static AckedLoad on(TestCluster cluster, String topic) {
        AckedLoad load = new AckedLoad(cluster, topic);
        load.sender.start();
        return load;
    }

    private void send() {
        for (int number = 0; number < NUMBERS_MAX && !ending; number++) {
            room.acquireUninterruptibly();
            sent = number + 1;
            int fate = number;
            var unused = producer.send(
                    ProducerRecord.of(topic, "key-" + number % KEYS, value(number)),
                    (done, failure) -> ended(fate, failure));
            if (number % burst == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** The number, behind as many zeros as it takes. */
    private String value(int number) {
        String digits = Integer.toString(number);
        return "0".repeat(Math.max(0, chars - digits.length())) + digits;
    }

    /** Values that are sent from now on have at least so many characters. */
    AckedLoad valuesOf(int charsMin) {
        chars = charsMin;
        return this;
    }

    /** From now on at most so many records a second, 250 or more. */
    AckedLoad atMost(int recordsPerSecond) {
        burst = Math.max(1, recordsPerSecond / PAUSES_PER_SECOND);
        return this;
    }

    private void ended(int number, @Nullable FlotillaException failure) {
        if (failure == null) {
            fates[number] = ACKED;
            acked.incrementAndGet();
        } else {
            fates[number] = failure.error().outcome() == Outcome.NOT_APPLIED ? NOT_APPLIED : 0;
            failures.add(failure.error());
            failed.incrementAndGet();
        }
        room.release();
    }

    int acked() {
        return acked.get();
    }

    /** Waits until so many more records are acknowledged. */
    void awaitMore(int records) {
        int wanted = acked() + records;
        Await.nothingLacks(PROGRESS, () -> acked() >= wanted ? "" : "acknowledgements: " + acked() + " of " + wanted);
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

    /** What a fresh reader finds in the topic, compared with what was acknowledged. Only after {@link #end}. */
    Verdict judge() {
        int[] seen = new int[sent];
        Map<TopicPartition, Integer> lastOfPartition = new TreeMap<>();
        int[] reordered = {0};
        readAll(record -> {
            int number = Integer.parseInt(text(record.value()));
            seen[number]++;
            Integer before = lastOfPartition.put(record.topicPartition(), number);
            if (before != null && before > number) {
                reordered[0]++;
            }
        });
        return new Verdict(
                acked(),
                count(number -> fates[number] == ACKED && seen[number] == 0),
                count(number -> seen[number] > 1),
                reordered[0],
                count(number -> fates[number] == NOT_APPLIED && seen[number] > 0),
                List.copyOf(failures));
    }

    private int count(IntPredicate which) {
        return (int) IntStream.range(0, sent).filter(which).count();
    }

    private void readAll(java.util.function.Consumer<ConsumerRecord> reader) {
        List<TopicPartition> partitions = cluster.admin().describeTopics(List.of(topic)).values().stream()
                .flatMap(found -> found.partitions().stream())
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        try (Consumer consumer = new Consumer(cluster.config(Map.of("max.poll.records", "10000")))) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> left = new TreeMap<>(consumer.endOffsets(partitions));
            left.values().removeIf(end -> end == 0);
            int silentPolls = 0;
            while (!left.isEmpty()) {
                List<ConsumerRecord> records = consumer.poll(POLL);
                silentPolls = records.isEmpty() ? silentPolls + 1 : 0;
                if (silentPolls > SILENT_POLLS_MAX) {
                    throw new AssertionError("no records any more before the ends " + left);
                }
                for (ConsumerRecord record : records) {
                    reader.accept(record);
                    left.computeIfPresent(
                            record.topicPartition(), (partition, end) -> record.offset() + 1 >= end ? null : end);
                }
            }
        }
    }

    private static String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new AssertionError("a record without key or value, which nobody sent");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /**
     * The judgement.
     *
     * @param lost acknowledged, and not there
     * @param repeated there more than once
     * @param reordered behind a record of the same partition that was sent later
     * @param denied there, though the producer said NOT_APPLIED
     */
    record Verdict(int acked, int lost, int repeated, int reordered, int denied, List<FlotillaError> failures) {
        boolean isFlawless() {
            return acked > 0 && lost + repeated + reordered + denied == 0;
        }
    }

    @Override
    public void close() {
        end();
        producer.close();
    }
}
