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

    /**
     * Logs synced between two syncs of the ledgers: a log's waiters wait for the others of its group, a group costs one
     * sync more.
     */
    private static final int GROUP_LOGS_MAX = 8;

    /** Bytes that may be unsynced in a directory where nobody waits for them. */
    public static final long UNSYNCED_BYTES_MAX = 64L << 20;

    private final Executor executor;
    private final DirectoryHealth health;
    private final Runnable syncLedgers;
    private final UnsyncedBytes unsynced = new UnsyncedBytes(UNSYNCED_BYTES_MAX);

    /** Guarded by this. */
    private ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** Guarded by this: a task of the executor is going to look at {@code waiting}. */
    private boolean running;

    /**
     * @param executor runs one task at a time and never interrupts it
     * @param syncLedgers makes durable what the logs' ledgers were told of syncs
     */
    public Flusher(Executor executor, DirectoryHealth health, Runnable syncLedgers) {
        this.executor = executor;
        this.health = health;
        this.syncLedgers = syncLedgers;
    }

    DirectoryHealth health() {
        return health;
    }

    /**
     * Runs the ticket soon. {@code whenDone} is called once, on the executor's thread, in the order of submission per
     * log, when both the log and the note that it was synced are durable; it must hand off to the log's loop, which
     * completes the ticket there.
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

    /** Runs other work on the directory's files soon, between syncs; it must not throw, nor take long. */
    public void execute(Runnable work) {
        executor.execute(work);
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
        for (var waiters = take(); !waiters.isEmpty(); waiters = take()) {
            int told = 0;
            while (told < waiters.size()) {
                int end = runSome(waiters, told);
                for (var each : waiters.subList(told, end)) {
                    try {
                        each.whenDone().accept(each.ticket());
                    } catch (RuntimeException e) {
                        broken = e;
                    }
                }
                told = end;
            }
        }
        if (broken != null) {
            throw broken;
        }
    }

    /** Runs tickets from one position on, until enough are done to be told, and answers up to which position. */
    private int runSome(List<Waiting> waiters, int from) {
        int logs = 0;
        int end = from;
        while (end < waiters.size() && logs < GROUP_LOGS_MAX) {
            var ticket = waiters.get(end).ticket();
            if (!ticket.isDone()) {
                runNewestOf(ticket.log(), waiters);
                logs++;
            }
            end++;
        }
        if (logs > 0) {
            syncLedgers(waiters);
        }
        return end;
    }

    private void syncLedgers(List<Waiting> waiters) {
        try {
            syncLedgers.run();
        } catch (DiskException e) {
            health.fail(e);
            waiters.stream().map(Waiting::ticket).filter(SyncTicket::isDone).forEach(ticket -> ticket.fail(e));
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
