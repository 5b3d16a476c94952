package io.flotilla.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.fake.FakeCluster;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.error.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProducerPluginsTest {
    private static final String TOPIC = "songs";

    private final FakeCluster cluster = new FakeCluster(1).topic(TOPIC, 3);

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Map<String, String> config(String... more) {
        Map<String, String> config = new java.util.HashMap<>(Map.of("bootstrap.servers", cluster.bootstrap()));
        for (int i = 0; i < more.length; i += 2) {
            config.put(more[i], more[i + 1]);
        }
        return config;
    }

    private Producer producer(ProducerPlugins plugins) {
        return new Producer(ProducerConfig.of(config()), plugins);
    }

    private static RecordMetadata get(CompletableFuture<RecordMetadata> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    /** Made by its name. */
    public static final class LastPartition implements Partitioner {
        @Override
        public int partition(ProducerRecord record, Partitions partitions) {
            return partitions.count() - 1;
        }
    }

    /** Made by its name; marks what it sees. */
    public static final class Stamp implements ProducerInterceptor {
        static final List<String> SEEN = Collections.synchronizedList(new ArrayList<>());

        @Override
        public ProducerRecord onSend(ProducerRecord record) {
            return ProducerRecord.of(record.topic(), "stamped", "by the interceptor");
        }

        @Override
        public void onAcknowledgement(
                ProducerRecord record, @Nullable RecordMetadata metadata, @Nullable FlotillaException failure) {
            SEEN.add(record.topic() + " "
                    + (failure == null ? "ok" : failure.error().code()));
        }
    }

    @Test
    void classesAreMadeByTheirNames() throws Exception {
        Stamp.SEEN.clear();
        try (Producer producer = new Producer(config(
                "partitioner.class", LastPartition.class.getName(), "interceptor.classes", Stamp.class.getName()))) {
            assertThat(get(producer.send(ProducerRecord.of(TOPIC, "k", "v"))).partition())
                    .isEqualTo(2);
        }
        assertThat(Logs.values(cluster.log(TOPIC, 2))).containsExactly("by the interceptor");
        assertThat(Stamp.SEEN).containsExactly("songs ok");
    }

    @Test
    void aClassThatCannotServeIsRefusedByName() {
        assertThatThrownBy(() -> new Producer(config("partitioner.class", "no.such.Class")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("partitioner.class=no.such.Class is not on the class path");
        assertThatThrownBy(() -> new Producer(config("interceptor.classes", LastPartition.class.getName())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("does not implement " + ProducerInterceptor.class.getName());
    }

    @Test
    void kafkasRoundRobinTakesPartitionsInTurn() throws Exception {
        List<Integer> places = new ArrayList<>();
        try (Producer producer =
                new Producer(config("partitioner.class", "org.apache.kafka.clients.producer.RoundRobinPartitioner"))) {
            for (int i = 0; i < 6; i++) {
                places.add(get(producer.send(ProducerRecord.of(TOPIC, "same", "v")))
                        .partition());
            }
        }
        assertThat(places).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void aPartitionerThatErrsFailsOnlyItsRecord() throws Exception {
        AtomicBoolean closed = new AtomicBoolean();
        Partitioner erring = new Partitioner() {
            @Override
            public int partition(ProducerRecord record, Partitions partitions) {
                if (record.key() == null) {
                    throw new IllegalStateException("no key");
                }
                return record.key().length;
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        try (Producer producer = producer(new ProducerPlugins(Optional.of(erring), List.of()))) {
            assertFailed(producer.send(ProducerRecord.of(TOPIC, null, "v")), "the partitioner threw");
            assertFailed(
                    producer.send(ProducerRecord.of(TOPIC, "long", "v")),
                    "chose partition 4 of topic songs, which has partitions 0 to 2");
            assertThat(get(producer.send(ProducerRecord.of(TOPIC, "k", "v"))).partition())
                    .isEqualTo(1);
            assertThat(producer.metrics())
                    .containsEntry("record-error-total", 2.0)
                    .containsEntry("record-send-total", 1.0);
        }
        assertThat(closed).isTrue();
    }

    private static void assertFailed(CompletableFuture<RecordMetadata> answer, String message) {
        assertThatThrownBy(() -> get(answer)).cause().isInstanceOfSatisfying(FlotillaException.class, failure -> {
            assertThat(failure.error().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(failure.error().outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failure).hasMessageContaining(message);
        });
    }

    @Test
    void anInterceptorThatThrowsChangesNothingAndHearsOfRefusals() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        ProducerInterceptor throwing = new ProducerInterceptor() {
            @Override
            public ProducerRecord onSend(ProducerRecord record) {
                throw new IllegalStateException("never mind");
            }

            @Override
            public void onAcknowledgement(
                    ProducerRecord record, @Nullable RecordMetadata metadata, @Nullable FlotillaException failure) {
                heard.add(failure == null ? "ok" : failure.error().code().name());
                throw new IllegalStateException("never mind either");
            }
        };
        ProducerPlugins plugins = new ProducerPlugins(Optional.empty(), List.of(throwing));
        try (Producer producer = producer(plugins)) {
            get(producer.send(ProducerRecord.of(TOPIC, "k", "v")));
            assertThatThrownBy(() -> producer.send(ProducerRecord.of("not a topic", "k", "v")))
                    .isInstanceOf(FlotillaException.class);
        }
        assertThat(heard).containsExactly("ok", "INVALID_TOPIC_EXCEPTION");
    }

    @Test
    void metricsCountWhatWasDone() throws Exception {
        try (Producer producer = producer(ProducerPlugins.none())) {
            for (int i = 0; i < 10; i++) {
                get(producer.send(new ProducerRecord(TOPIC, 0, null, new byte[100])));
            }
            assertThat(producer.metrics())
                    .containsEntry("record-send-total", 10.0)
                    .containsEntry("request-total", 10.0)
                    .containsEntry("records-per-request-avg", 1.0)
                    .containsEntry("record-error-total", 0.0)
                    .containsEntry("record-retry-total", 0.0)
                    .containsEntry("buffer-total-bytes", 33554432.0)
                    .containsEntry("buffer-available-bytes", 33554432.0)
                    .hasEntrySatisfying(
                            "batch-size-avg", bytes -> assertThat(bytes).isBetween(190.0, 260.0))
                    .hasEntrySatisfying(
                            "request-latency-max", ms -> assertThat(ms).isPositive());
        }
    }
}
