package io.flotilla.chaos.workload;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Mop.Fate;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.RecordMetadata;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.error.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends bursts of records, one burst at a time, with acks=all and idempotence. When nobody can say what became of a
 * burst, its process is retired and a new one, with a new producer, goes on. Owned by one thread.
 */
final class Sender implements Runnable {
    private static final int BURST_MAX = 12;
    private static final int PAUSE_MS_MAX = 30;

    /** How long a sender waits for an answer before it gives up. */
    enum Patience {
        /** Outlasts every fault: what it sends ends well, however often it is retried. */
        PATIENT("60000", "30000"),
        /**
         * Gives up while a leader is being replaced, as an application with a deadline does: nobody knows how it ended.
         */
        HASTY("400", "300");

        private final String deliveryMs;
        private final String requestMs;

        Patience(String deliveryMs, String requestMs) {
            this.deliveryMs = deliveryMs;
            this.requestMs = requestMs;
        }
    }

    private final Load load;
    private final Patience patience;
    private final SplittableRandom random;
    private final String acks;

    Sender(Load load, Patience patience, String acks, SplittableRandom random) {
        this.load = load;
        this.patience = patience;
        this.acks = acks;
        this.random = random;
    }

    @Override
    public void run() {
        while (!load.isEnding()) {
            runProcess(load.newProcess());
        }
    }

    /** Sends until the end, or until an operation ends in doubt. */
    private void runProcess(int process) {
        Producer producer = new Producer(load.config(config()));
        try {
            OpType last = OpType.OK;
            while (!load.isEnding() && last != OpType.INFO) {
                last = sendBurst(process, producer);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(PAUSE_MS_MAX));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            load.end();
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private Map<String, String> config() {
        return Map.of(
                "acks",
                acks,
                "linger.ms",
                "2",
                "delivery.timeout.ms",
                patience.deliveryMs,
                "request.timeout.ms",
                patience.requestMs);
    }

    private OpType sendBurst(int process, Producer producer) throws InterruptedException {
        List<Mop.Send> invoked = new ArrayList<>();
        List<TopicPartition> targets = new ArrayList<>();
        int size = 1 + random.nextInt(BURST_MAX);
        for (int i = 0; i < size; i++) {
            TopicPartition partition =
                    load.partitions().get(random.nextInt(load.partitions().size()));
            targets.add(partition);
            invoked.add(Mop.Send.unknown(partition.toString(), load.newValue(partition)));
        }
        load.history().write(process, OpType.INVOKE, Act.SEND, invoked);
        List<@Nullable CompletableFuture<RecordMetadata>> answers = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            answers.add(send(producer, targets.get(i), invoked.get(i).value()));
        }
        List<Mop.Send> ended = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ended.add(ended(invoked.get(i), answers.get(i)));
        }
        OpType type = typeOf(ended);
        load.history().write(process, type, Act.SEND, ended);
        load.countAcked(ended.stream().filter(send -> send.fate() == Fate.ACKED).count());
        if (type == OpType.INFO) {
            load.countInDoubt();
        }
        return type;
    }

    /** Null when the producer refused the record at once. */
    private static @Nullable CompletableFuture<RecordMetadata> send(
            Producer producer, TopicPartition partition, long value) {
        try {
            return producer.send(new ProducerRecord(
                    partition.topic(),
                    partition.partition(),
                    null,
                    Payload.key(value),
                    Payload.encode(partition, value),
                    List.of()));
        } catch (FlotillaException e) {
            return null;
        }
    }

    private static Mop.Send ended(Mop.Send invoked, @Nullable CompletableFuture<RecordMetadata> answer)
            throws InterruptedException {
        if (answer == null) {
            return Mop.Send.notApplied(invoked.key(), invoked.value());
        }
        try {
            return Mop.Send.acked(invoked.key(), invoked.value(), answer.get().offset());
        } catch (ExecutionException e) {
            return e.getCause() instanceof FlotillaException failure
                            && failure.error().outcome() == Outcome.NOT_APPLIED
                    ? Mop.Send.notApplied(invoked.key(), invoked.value())
                    : invoked;
        }
    }

    private static OpType typeOf(List<Mop.Send> ended) {
        if (ended.stream().allMatch(send -> send.fate() == Fate.ACKED)) {
            return OpType.OK;
        }
        return ended.stream().allMatch(send -> send.fate() == Fate.NOT_APPLIED) ? OpType.FAIL : OpType.INFO;
    }
}
