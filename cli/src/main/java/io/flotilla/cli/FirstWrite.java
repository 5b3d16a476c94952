package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.NewTopic;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Proves that a cluster takes writes: a record that every in-sync replica acknowledges, in a topic that exists for
 * nothing else and is gone afterwards.
 */
final class FirstWrite {
    private static final int REPLICAS_MAX = 3;

    private final Admin admin;
    private final Map<String, String> config;
    private final String topic = "first-write-" + UUID.randomUUID();

    /** @param config of a client of the same cluster */
    FirstWrite(Admin admin, Map<String, String> config) {
        this.admin = admin;
        this.config = config;
    }

    /** Returns once the record is acknowledged: by how many replicas at most. */
    int await(int brokers, long nanosMax) throws CommandFailure, InterruptedException {
        int replicas = Math.min(REPLICAS_MAX, brokers);
        admin.createTopics(List.of(new NewTopic(topic, 1, replicas))).get(0).orThrow();
        try (Producer producer = new Producer(config)) {
            producer.send(ProducerRecord.of(topic, null, "first")).get(nanosMax, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure("the first write failed: " + e.getCause());
        } catch (TimeoutException e) {
            throw new CommandFailure(
                    "the first write was not acknowledged within " + TimeUnit.NANOSECONDS.toMillis(nanosMax) + " ms");
        } finally {
            admin.deleteTopics(List.of(topic)).get(0).orThrow();
        }
        return replicas;
    }
}
