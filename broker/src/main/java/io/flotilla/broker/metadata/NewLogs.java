package io.flotilla.broker.metadata;

import io.flotilla.model.id.PartitionId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the logs of new replicas without holding the metadata up: all that wait in one batch, which is made durable as
 * one, and one batch at a time, so that many topics created one by one share their syncs too. Metadata loop only.
 */
final class NewLogs {
    private static final Logger LOG = LoggerFactory.getLogger(NewLogs.class);

    private final ControlLoop loop;
    private final Executor disk;
    private final LocalDirectories directories;
    private final Consumer<PartitionId> made;
    /** Names of their topics, in the order in which they came. */
    private Map<PartitionId, String> waiting = new LinkedHashMap<>();

    private boolean busy;

    /** @param made hears of each partition once, whether there is a log for it or no directory is left */
    NewLogs(ControlLoop loop, Executor disk, LocalDirectories directories, Consumer<PartitionId> made) {
        this.loop = loop;
        this.disk = disk;
        this.directories = directories;
        this.made = made;
    }

    void make(PartitionId id, String topic) {
        waiting.put(id, topic);
        if (waiting.size() == 1) { // behind what is queued already, so that it finds all of that
            loop.execute(this::begin);
        }
    }

    private void begin() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        Map<PartitionId, String> batch = waiting;
        waiting = new LinkedHashMap<>();
        disk.execute(() -> {
            try {
                directories.create(batch);
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "the logs of {} partitions were not made, which is a bug: restart this node, which tries"
                                + " again, and report the stack below",
                        batch.size(),
                        e);
                throw e;
            } finally {
                loop.execute(() -> end(batch));
            }
        });
    }

    private void end(Map<PartitionId, String> batch) {
        busy = false;
        begin();
        batch.keySet().forEach(made);
    }
}
