package io.flotilla.broker.log;

import io.flotilla.model.disk.DiskException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Group commit for one log directory: runs the tickets of its logs one after the other on the executor that wiring
 * gives it, and only the newest of those that one log has waiting. Logs whose syncs nobody waits for tell how much they
 * have, and are asked for their tickets together. The first failure takes the directory offline, and every ticket from
 * then on fails. Any thread may submit; nobody need close it.
 */
public final class Flusher {
    /** A ticket and who hears that it is done. */
    private record Waiting(SyncTicket ticket, Consumer<SyncTicket> whenDone) {}

    /** Bytes that may be unsynced in a directory where nobody waits for them. */
    public static final long UNSYNCED_BYTES_MAX = 64L << 20;

    private final Executor executor;
    private final DirectoryHealth health;
    private final UnsyncedBytes unsynced = new UnsyncedBytes(UNSYNCED_BYTES_MAX);

    /** Guarded by this. */
    private ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** Guarded by this: a task of the executor is going to look at {@code waiting}. */
    private boolean running;

    /** {@code executor} runs one task at a time and never interrupts it. */
    public Flusher(Executor executor, DirectoryHealth health) {
        this.executor = executor;
        this.health = health;
    }

    DirectoryHealth health() {
        return health;
    }

    /**
     * Runs the ticket soon. {@code whenDone} is called once, on the executor's thread, in the order of submission per
     * log; it must hand off to the log's loop, which completes the ticket there.
     */
    public void submit(SyncTicket ticket, Consumer<SyncTicket> whenDone) {
        boolean start;
        synchronized (this) {
            waiting.add(new Waiting(ticket, whenDone));
            start = !running;
            running = true;
        }
        if (start) {
            executor.execute(this::drain);
        }
    }

    /**
     * Notes how many bytes of a log are not synced although nobody waits for that. When those of all logs together are
     * too many, every such log is asked to sync.
     *
     * @param sync begins a sync of the log and submits it here; must hand off, and be the same object for the same log
     * @param bytes 0 for a log that is done
     */
    public void noteUnsynced(Runnable sync, long bytes) {
        unsynced.note(sync, bytes).forEach(Runnable::run);
    }

    /** Runs all that waits, and what comes meanwhile; throws at the end what a listener threw. */
    private void drain() {
        RuntimeException broken = null;
        for (var group = take(); !group.isEmpty(); group = take()) {
            for (var each : group) {
                if (!each.ticket().isDone()) {
                    runNewestOf(each.ticket().log(), group);
                }
                try {
                    each.whenDone().accept(each.ticket());
                } catch (RuntimeException e) {
                    broken = e;
                }
            }
        }
        if (broken != null) {
            throw broken;
        }
    }

    private synchronized List<Waiting> take() {
        var group = new ArrayList<>(waiting);
        waiting = new ArrayDeque<>();
        running = !group.isEmpty();
        return group;
    }

    private void runNewestOf(PartitionLog log, List<Waiting> group) {
        int newest = group.size() - 1;
        while (group.get(newest).ticket().log() != log) {
            newest--;
        }
        var last = group.get(newest).ticket();
        var offline = health.failure();
        if (offline == null) {
            last.run();
        } else {
            last.abandon(new DiskException(DiskException.Kind.SYNC_FAILED, "the log directory is offline", offline));
        }
        for (int i = 0; i < newest; i++) {
            var earlier = group.get(i).ticket();
            if (earlier.log() == log && !earlier.isDone()) {
                earlier.finishLike(last);
            }
        }
    }
}
