package io.flotilla.chaos.workload;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.Consumer;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Reads every partition from its beginning to its end, with a new consumer, after healing. Owned by one thread. */
final class FinalReader {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Load load;
    private final Clock clock;

    FinalReader(Load load, Clock clock) {
        this.load = load;
        this.clock = clock;
    }

    /** Whether all of it could be read in time. */
    boolean readAll() {
        int process = load.newProcess();
        long beganNanos = clock.nanos();
        try (Consumer consumer =
                new Consumer(load.config(Map.of("auto.offset.reset", "none", "max.poll.records", "2000")))) {
            Map<TopicPartition, Long> ends = EndAsker.ask(load, process, consumer);
            Map<TopicPartition, Long> starts = new TreeMap<>();
            load.partitions().forEach(partition -> starts.put(partition, 0L));
            Reader.assign(load, process, consumer, starts);
            while (!reached(consumer, ends)) {
                if (clock.nanos() - beganNanos > PATIENCE.toNanos()
                        || Reader.poll(load, process, consumer) == OpType.FAIL) {
                    return false;
                }
            }
            writeFinal(load, process, consumer);
        }
        return true;
    }

    private static void writeFinal(Load load, int process, Consumer consumer) {
        load.history()
                .write(
                        process,
                        OpType.OK,
                        Act.FINAL,
                        load.partitions().stream()
                                .map(partition -> new Mop.Position(partition.toString(), consumer.position(partition)))
                                .toList());
    }

    private static boolean reached(Consumer consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }
}
