package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.NewTopic;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicPartition;
import io.flotilla.client.TopicResult;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A thousand topics of three partitions: created, served, and there again after a broker's death. Prints the times. Ten
 * thousand partitions: {@code -Dflotilla.process.topics=3334}, or {@code 10} with
 * {@code -Dflotilla.process.partitions=1000}.
 */
@Tag("process")
class ManyTopicsTest {
    private static final int TOPICS = Integer.getInteger("flotilla.process.topics", 1000);
    private static final int PARTITIONS = Integer.getInteger("flotilla.process.partitions", 3);
    private static final int VICTIM = 2;
    private static final int TOPICS_AT_ONCE = 100;
    private static final int CONSUMED_MAX = 1000;
    private static final int RECORDS = 500;
    private static final List<Integer> BEFORE = List.of(0, TOPICS / 2, TOPICS - 1);
    private static final List<Integer> AFTER = List.of(1, TOPICS / 2 + 1, TOPICS - 2);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Clock CLOCK = new SystemClock();

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofNodes(3);

    private long lapAtNanos = CLOCK.nanos();

    @Test
    void aThousandTopicsAreServedAndOutliveABroker() {
        for (int from = 0; from < TOPICS; from += TOPICS_AT_ONCE) {
            List<NewTopic> topics = IntStream.range(from, Math.min(TOPICS, from + TOPICS_AT_ONCE))
                    .mapToObj(number -> new NewTopic(name(number), PARTITIONS, 3))
                    .toList();
            CLUSTER.admin().createTopics(topics).forEach(TopicResult::orThrow);
        }
        lap(TOPICS + " topics x " + PARTITIONS + " partitions x 3 replicas acknowledged");
        Await.nothingLacks(PATIENCE, ManyTopicsTest::unserved);
        lap("every partition's leader answers");
        int consumed = consumeOne();
        lap("a consumer of " + consumed + " partitions has the only record in them");
        BEFORE.forEach(ManyTopicsTest::write);
        lap("written to and read from " + BEFORE.size() + " topics");

        CLUSTER.node(VICTIM).kill();
        Await.until("the dead broker is fenced", PATIENCE, () -> serving() == 2);
        lap("a broker is dead and fenced");
        Await.nothingLacks(PATIENCE, ManyTopicsTest::unserved);
        lap("every partition's leader answers again");
        CLUSTER.node(VICTIM).start();
        CLUSTER.awaitReady(3);
        lap("it is started again and serves");
        CLUSTER.awaitFullIsr();
        lap("it is in all of its " + TOPICS * PARTITIONS + " ISRs");

        AFTER.forEach(ManyTopicsTest::write);
        lap("written to and read from " + AFTER.size() + " others");

        CLUSTER.awaitVotersInSync();
        lap("every controller has all of the log");
        int active = CLUSTER.admin().describeQuorum().leaderId();
        CLUSTER.node(active).kill();
        Await.until("another controller decides", PATIENCE, ManyTopicsTest::oneMoreTopic);
        lap("the active controller is dead, and another one has created a topic");
        CLUSTER.nodes().stream()
                .filter(NodeProcess::isRunning)
                .forEach(node -> System.out.printf("many topics: resident memory %d MiB%n", node.residentMib()));
    }

    private void lap(String what) {
        long now = CLOCK.nanos();
        System.out.printf("many topics: %-75s %6d ms%n", what, (now - lapAtNanos) / 1_000_000);
        lapAtNanos = now;
    }

    /** Whether a topic could be created, by this attempt or by one before whose answer was lost. */
    private static boolean oneMoreTopic() {
        TopicResult result = CLUSTER.admin()
                .createTopics(List.of(new NewTopic("one-more", 1, 2)))
                .get(0);
        return result.succeeded()
                || result.error()
                        .filter(error -> error.code() == ErrorCode.TOPIC_ALREADY_EXISTS)
                        .isPresent();
    }

    private static long serving() {
        return CLUSTER.admin().describeCluster().brokers().stream()
                .filter(broker -> !broker.fenced())
                .count();
    }

    /** Empty once every leader has told the end of its partition; none does before it has its log. */
    private static String unserved() {
        Map<TopicPartition, OffsetSpec> all = new TreeMap<>();
        for (int number = 0; number < TOPICS; number++) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                all.put(new TopicPartition(name(number), partition), OffsetSpec.latest());
            }
        }
        int answers = CLUSTER.admin().listOffsets(all).size();
        return answers == all.size() ? "" : answers + " of " + all.size() + " partitions answer";
    }

    /** Reads a record from one of many partitions that are empty but for it; answers how many. */
    private static int consumeOne() {
        int first = 2 * PARTITIONS; // the topics before are written to
        List<TopicPartition> partitions = IntStream.range(first, Math.min(first + CONSUMED_MAX, TOPICS * PARTITIONS))
                .mapToObj(number -> new TopicPartition(name(number / PARTITIONS), number % PARTITIONS))
                .toList();
        TopicPartition last = partitions.get(partitions.size() - 1);
        try (Producer producer = new Producer(CLUSTER.config(Map.of()));
                Consumer consumer = new Consumer(CLUSTER.config(Map.of("auto.offset.reset", "earliest")))) {
            var unused = producer.send(
                    new ProducerRecord(last.topic(), last.partition(), null, null, new byte[1], List.of()));
            producer.flush();
            consumer.assign(partitions);
            List<ConsumerRecord> records = List.of();
            while (records.isEmpty()) {
                records = consumer.poll(PATIENCE);
            }
            assertThat(records).extracting(ConsumerRecord::topicPartition).containsExactly(last);
        }
        return partitions.size();
    }

    private static void write(int number) {
        AckedLoad.Verdict verdict;
        try (AckedLoad load = AckedLoad.on(CLUSTER, name(number))) {
            load.awaitMore(RECORDS);
            load.end();
            verdict = load.judge();
        }
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
    }

    private static String name(int number) {
        return "many-" + number;
    }
}
