package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.NewTopic;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicResult;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Proves that a cluster takes writes: a record that every in-sync replica acknowledges, in a topic that exists for
 * nothing else and is gone afterwards.
 */
final class FirstWrite {
    private static final int REPLICAS_MAX = 3;
    private static final long PAUSE_MS = 50;

    private final Admin admin;
    private final Map<String, String> config;
    private final Clock clock;
    private final Consumer<String> warning;
    private final String topic = "first-write-" + UUID.randomUUID();

    /**
     * @param config of a client of the same cluster
     * @param warning hears of what went wrong without harm
     */
    FirstWrite(Admin admin, Map<String, String> config, Clock clock, Consumer<String> warning) {
        this.admin = admin;
        this.config = config;
        this.clock = clock;
        this.warning = warning;
    }

    /** Returns once the record is acknowledged: by how many replicas at most. */
    int await(int brokers, long deadlineNanos) throws CommandFailure, InterruptedException {
        int replicas = Math.min(REPLICAS_MAX, brokers);
        try {
            create(new NewTopic(topic, 1, replicas), deadlineNanos);
            write(deadlineNanos);
        } finally {
            forget();
        }
        return replicas;
    }

    /** Tries until it is there: a cluster that has just started may need more than one attempt's time. */
    private void create(NewTopic wanted, long deadlineNanos) throws CommandFailure, InterruptedException {
        Optional<FlotillaError> refusal = refusal(() -> admin.createTopics(List.of(wanted)));
        while (refusal.isPresent() && refusal.get().code() != ErrorCode.TOPIC_ALREADY_EXISTS) {
            FlotillaError error = refusal.get();
            if (!error.code().retriable() || clock.nanos() - deadlineNanos > 0) {
                throw new CommandFailure("the topic of the first write could not be created: " + error);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            refusal = refusal(() -> admin.createTopics(List.of(wanted)));
        }
    }

    private void write(long deadlineNanos) throws CommandFailure, InterruptedException {
        try (Producer producer = new Producer(config)) {
            producer.send(ProducerRecord.of(topic, null, "first"))
                    .get(Math.max(0, deadlineNanos - clock.nanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new CommandFailure("the first write failed: " + e.getCause());
        } catch (TimeoutException e) {
            throw new CommandFailure("the first write was not acknowledged in time");
        }
    }

    /** What is left behind harms nobody, and the cluster that took the write is ready all the same. */
    private void forget() {
        refusal(() -> admin.deleteTopics(List.of(topic)))
                .filter(error -> error.code() != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                .ifPresent(error -> warning.accept("topic " + topic + " stays, delete it yourself: " + error));
    }

    private static Optional<FlotillaError> refusal(Supplier<List<TopicResult>> call) {
        try {
            return call.get().get(0).error();
        } catch (FlotillaException e) {
            return Optional.of(e.error());
        }
    }
}
