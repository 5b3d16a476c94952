package io.flotilla.chaos.workload;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.Consumer;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks again and again where the partitions end. Owned by one thread. */
final class EndAsker implements Runnable {
    private static final int PAUSE_MS = 50;

    private final Load load;

    EndAsker(Load load) {
        this.load = load;
    }

    @Override
    public void run() {
        int process = load.newProcess();
        try (Consumer consumer = new Consumer(load.config(Map.of("auto.offset.reset", "none")))) {
            while (!load.isEnding()) {
                try {
                    ask(load, process, consumer);
                } catch (FlotillaException e) {
                    load.history().write(process, OpType.FAIL, Act.END_OFFSETS, List.of());
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            load.end();
        }
    }

    static Map<TopicPartition, Long> ask(Load load, int process, Consumer consumer) {
        load.history().write(process, OpType.INVOKE, Act.END_OFFSETS, List.of());
        Map<TopicPartition, Long> ends = consumer.endOffsets(load.partitions());
        load.history()
                .write(
                        process,
                        OpType.OK,
                        Act.END_OFFSETS,
                        ends.entrySet().stream()
                                .map(end -> new Mop.Position(end.getKey().toString(), end.getValue()))
                                .toList());
        return ends;
    }
}
