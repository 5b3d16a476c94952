package io.flotilla.chaos.workload;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.LogTruncationException;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Reads all partitions by assignment. From time to time its process ends and a new one, with a new consumer, starts a
 * little before where others have read. Owned by one thread.
 */
final class Reader implements Runnable {
    private static final int POLLS_MIN = 200;
    private static final int POLLS_MAX = 800;
    private static final int STEPS_BACK_MAX = 200;
    private static final int PAUSE_MS = 20;
    private static final Duration POLL = Duration.ofMillis(200);

    private final Load load;
    private final SplittableRandom random;

    Reader(Load load, SplittableRandom random) {
        this.load = load;
        this.random = random;
    }

    @Override
    public void run() {
        while (!load.isEnding()) {
            runProcess(load.newProcess());
        }
    }

    private void runProcess(int process) {
        try (Consumer consumer = new Consumer(load.config(Map.of("auto.offset.reset", "none")))) {
            Map<TopicPartition, Long> starts = new TreeMap<>();
            load.partitions()
                    .forEach(partition -> starts.put(
                            partition, Math.max(0, load.readEnd(partition) - random.nextInt(STEPS_BACK_MAX))));
            assign(load, process, consumer, starts);
            int polls = random.nextInt(POLLS_MIN, POLLS_MAX);
            while (polls-- > 0 && !load.isEnding() && poll(load, process, consumer) != OpType.FAIL) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            load.end();
        }
    }

    static void assign(Load load, int process, Consumer consumer, Map<TopicPartition, Long> starts) {
        List<Mop.Position> positions = starts.entrySet().stream()
                .map(start -> new Mop.Position(start.getKey().toString(), start.getValue()))
                .toList();
        load.history().write(process, OpType.INVOKE, Act.ASSIGN, positions);
        consumer.assign(starts.keySet());
        starts.forEach(consumer::seek);
        load.history().write(process, OpType.OK, Act.ASSIGN, positions);
    }

    /** Polls once; FAIL when the consumer can no longer go on. */
    static OpType poll(Load load, int process, Consumer consumer) {
        load.history().write(process, OpType.INVOKE, Act.POLL, List.of());
        List<ConsumerRecord> records;
        try {
            records = consumer.poll(POLL);
        } catch (FlotillaException | LogTruncationException e) {
            load.history().write(process, OpType.FAIL, Act.POLL, List.of());
            return OpType.FAIL;
        }
        load.history()
                .write(
                        process,
                        OpType.OK,
                        Act.POLL,
                        records.stream()
                                .map(record -> new Mop.Read(
                                        record.topicPartition().toString(), record.offset(), Payload.decode(record)))
                                .toList());
        records.forEach(record -> load.readUpTo(record.topicPartition(), record.offset()));
        return OpType.OK;
    }
}
