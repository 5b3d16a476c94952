package io.flotilla.bench.load;

import io.flotilla.client.Admin;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRebalanceListener;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.NewTopic;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/** Flotilla's client under load; what is compared with Kafka is {@code replicated}, which is what Kafka's acks mean. */
public final class FlotillaLoad implements LoadClient {
    private static final Duration GROUP_POLL = Duration.ofMillis(100);

    @Override
    public LoadProducer producer(String bootstrap, String topic, Map<String, String> settings) {
        Map<String, String> config = new HashMap<>(settings);
        config.put("bootstrap.servers", bootstrap);
        Producer producer = new Producer(config);
        return new LoadProducer() {
            @Override
            public void send(int partition, byte[] value, Done done) {
                producer.send(
                        new ProducerRecord(topic, partition, null, value), (metadata, failure) -> done.ended(failure));
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
        Consumer consumer = new Consumer(Map.of("bootstrap.servers", bootstrap));
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
        return new LoadConsumer() {
            @Override
            public Polled poll() {
                List<ConsumerRecord> records = consumer.poll(Duration.ofSeconds(1));
                long bytes = 0;
                for (ConsumerRecord record : records) {
                    bytes += Objects.requireNonNull(record.value()).length;
                }
                return new Polled(records.size(), bytes);
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
        Map<String, String> config = new HashMap<>(settings);
        config.put("bootstrap.servers", bootstrap);
        config.put("group.id", group);
        Consumer consumer = new Consumer(config);
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
        Admin admin = new Admin(Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", "5000"));
        return new LoadAdmin() {
            @Override
            public void createTopic(Topic topic) {
                NewTopic created = new NewTopic(topic.name(), topic.partitions(), topic.replicationFactor())
                        .withConfigs(Map.of(
                                "durability",
                                topic.synced() ? "synced" : "replicated",
                                "min.insync.replicas",
                                Integer.toString(Math.min(2, topic.replicationFactor()))));
                admin.createTopics(List.of(created)).get(0).orThrow();
            }

            @Override
            public List<Integer> leaders(String topic) {
                return partitions(topic).stream()
                        .map(PartitionDescription::leader)
                        .toList();
            }

            @Override
            public boolean isWhole(String topic) {
                return partitions(topic).stream()
                        .allMatch(partition ->
                                partition.isr().size() == partition.replicas().size());
            }

            private List<PartitionDescription> partitions(String topic) {
                return Objects.requireNonNull(
                                admin.describeTopics(List.of(topic)).get(topic))
                        .partitions();
            }

            @Override
            public int servedPartitions(String topic, int partitions) {
                Map<TopicPartition, OffsetSpec> all = new HashMap<>();
                for (int partition = 0; partition < partitions; partition++) {
                    all.put(new TopicPartition(topic, partition), OffsetSpec.latest());
                }
                return admin.listOffsets(all).size();
            }

            @Override
            public int controller() {
                return admin.describeCluster().controllerId();
            }

            @Override
            public void close() {
                admin.close();
            }
        };
    }
}
