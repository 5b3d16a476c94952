package io.flotilla.bench.load;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's client under load. */
public final class KafkaLoad implements LoadClient {
    private static final long ANSWER_SECONDS = 5;
    private static final Duration GROUP_POLL = Duration.ofMillis(100);

    @Override
    public LoadProducer producer(String bootstrap, String topic, Map<String, String> settings) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put("bootstrap.servers", bootstrap);
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        return new LoadProducer() {
            @Override
            public void send(int partition, byte[] value, Done done) {
                producer.send(
                        new ProducerRecord<>(topic, partition, null, value),
                        (metadata, failure) -> done.ended(failure));
            }

            @Override
            public void flush() {
                producer.flush();
            }

            @Override
            public void close() {
                producer.close();
            }
        };
    }

    @Override
    public LoadConsumer consumer(String bootstrap, String topic, int partitions) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return new LoadConsumer() {
            @Override
            public Polled poll() {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(1));
                long bytes = 0;
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    bytes += record.value().length;
                }
                return new Polled(records.count(), bytes);
            }

            @Override
            public void toBeginning() {
                consumer.seekToBeginning(all);
            }

            @Override
            public void close() {
                consumer.close();
            }
        };
    }

    @Override
    public LoadMember member(
            String bootstrap, String group, String topic, Map<String, String> settings, LoadMember.Holdings holdings) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", group);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Set<TopicPartition> held = new HashSet<>();
        consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                held.removeAll(partitions);
                holdings.holds(held.size());
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                held.addAll(partitions);
                holdings.holds(held.size());
            }
        });
        return new LoadMember() {
            @Override
            public void poll() {
                consumer.poll(GROUP_POLL);
            }

            @Override
            public void close() {
                consumer.close();
            }
        };
    }

    @Override
    public LoadAdmin admin(String bootstrap) {
        Admin admin = Admin.create(
                Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", "5000", "request.timeout.ms", "2000"));
        return new LoadAdmin() {
            @Override
            public void createTopic(Topic topic) {
                NewTopic created = new NewTopic(topic.name(), topic.partitions(), (short) topic.replicationFactor())
                        .configs(Map.of(
                                "min.insync.replicas", Integer.toString(Math.min(2, topic.replicationFactor()))));
                await(admin.createTopics(List.of(created)).all());
            }

            @Override
            public List<Integer> leaders(String topic) {
                return partitions(topic).stream()
                        .map(TopicPartitionInfo::leader)
                        .map(leader -> leader == null ? -1 : leader.id())
                        .toList();
            }

            @Override
            public boolean isWhole(String topic) {
                return partitions(topic).stream()
                        .allMatch(partition ->
                                partition.isr().size() == partition.replicas().size());
            }

            private List<TopicPartitionInfo> partitions(String topic) {
                Map<String, TopicDescription> described =
                        await(admin.describeTopics(List.of(topic)).allTopicNames());
                return Objects.requireNonNull(described.get(topic)).partitions();
            }

            @Override
            public int servedPartitions(String topic, int partitions) {
                Map<TopicPartition, OffsetSpec> all = new HashMap<>();
                for (int partition = 0; partition < partitions; partition++) {
                    all.put(new TopicPartition(topic, partition), OffsetSpec.latest());
                }
                return await(admin.listOffsets(all).all()).size();
            }

            @Override
            public int controller() {
                return await(admin.describeMetadataQuorum().quorumInfo()).leaderId();
            }

            @Override
            public void close() {
                admin.close();
            }
        };
    }

    private static <T> T await(Future<T> answer) {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer within " + ANSWER_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
