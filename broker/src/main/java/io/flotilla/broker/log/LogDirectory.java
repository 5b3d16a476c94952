package io.flotilla.broker.log;

import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskLock;
import io.flotilla.model.error.Invariant;
import io.flotilla.model.error.Invariant.InvariantBroken;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One entry of {@code log.dirs}: who it belongs to, which runs used it, which logs it must hold, and the logs
 * themselves. Any thread may call it; opening and deleting a log is up to one thread at a time per log. What only asks
 * never waits for the disk; what changes the directory does, one at a time. The process opens it, and closes it when no
 * loop uses its logs any more.
 */
public final class LogDirectory {
    private static final String DAMAGED = ".damaged-";
    private static final String DUPLICATE = ".duplicate-";

    private final Disk disk;
    private final LogConfig config;
    private final DiskLock lock;
    private final DirectoryContent content;
    private final DirectoryHealth health;
    private final Flusher flusher;
    private final DirectorySpace space;

    private final ConcurrentSkipListMap<PartitionId, PartitionLog> open = new ConcurrentSkipListMap<>();

    private LogDirectory(
            Disk disk, DirectorySettings settings, DiskLock lock, DirectoryContent content, Flusher flusher) {
        this.disk = disk;
        this.config = settings.log();
        this.space = new DirectorySpace(disk, settings.freeBytesMin());
        space.look();
        this.lock = lock;
        this.content = content;
        this.health = flusher.health();
        this.flusher = flusher;
    }

    /**
     * Locks the directory, formats it when it is empty, and checks that it belongs to this broker.
     *
     * @param flushing runs syncs, one at a time, and never interrupts them
     * @param onFailure hears, once and on any thread, that the directory went offline; must hand off
     * @throws DirectoryRefusedException when it belongs to another broker or cluster, or cannot be trusted
     * @throws DiskException when another process uses it, or the disk fails
     */
    public static LogDirectory open(
            Disk disk, DirectorySettings settings, Executor flushing, Consumer<DiskException> onFailure) {
        var lock = disk.lock(DirectoryContent.LOCK);
        boolean opened = false;
        try {
            var content = DirectoryContent.find(disk, settings);
            var health = new DirectoryHealth(disk.name(), onFailure);
            var flusher = new Flusher(flushing, health, content.offsets()::syncLedgers);
            var directory = new LogDirectory(disk, settings, lock, content, flusher);
            opened = true;
            return directory;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    public DirectoryId id() {
        return content.identity().directoryId();
    }

    /** How messages call it, normally its path. */
    public String name() {
        return disk.name();
    }

    public DirectoryHealth health() {
        return health;
    }

    /** Group commit of this directory's logs. */
    public Flusher flusher() {
        return flusher;
    }

    /** True when the run of {@link #brokerEpoch}, and every later one, stopped in good order. */
    public boolean wasCleanStop() {
        return content.cleanStop().wasFound();
    }

    /** Folders found that belong to no log of the catalogue; they were renamed and are otherwise untouched. */
    public List<String> setAside() {
        return List.copyOf(content.setAside());
    }

    /** Broker epoch of the last registration that the directory knows, -1 for none. */
    public synchronized long brokerEpoch() {
        return content.mark().brokerEpoch();
    }

    /** Notes the epoch of this run's registration; durable on return. */
    public synchronized void noteBrokerEpoch(long epoch) {
        run(() -> {
            content.mark().noteBrokerEpoch(epoch);
            content.cleanStop().registered();
        });
    }

    /** The runs that used the directory, oldest first. */
    public synchronized List<IncarnationId> incarnations() {
        return content.mark().incarnations();
    }

    /** Adds this run to the mark; durable on return. Before registering (rule R6). */
    public synchronized void mark(IncarnationId incarnation) {
        run(() -> content.mark().add(incarnation));
    }

    /** Logs that the directory must hold, lost ones included. */
    public List<PartitionId> logs() {
        return content.catalogue().listed();
    }

    /** The space on its file system; somebody must have it look every second or so. */
    public DirectorySpace space() {
        return space;
    }

    /** True when the directory must hold the log. */
    public boolean holds(PartitionId partition) {
        return content.catalogue().lists(partition);
    }

    /**
     * Logs that are gone, and those that were opened so far and are damaged, be it that this shows while they are used.
     * They stay so, over restarts too, until {@link #replaceLost}.
     */
    public List<PartitionId> lost() {
        var lost = new TreeSet<>(content.gone());
        open.forEach((partition, log) -> {
            if (log.isLost()) {
                lost.add(partition);
            }
        });
        return List.copyOf(lost);
    }

    /** True for a log that {@link #lost} lists. */
    public boolean isLost(PartitionId partition) {
        var log = open.get(partition);
        return content.gone().contains(partition) || (log != null && log.isLost());
    }

    /** Logs that are open. */
    NavigableMap<PartitionId, PartitionLog> openLogs() {
        return Collections.unmodifiableNavigableMap(open);
    }

    /**
     * Lists logs that the directory does not hold yet; that is durable on return. Each gets its folder with its first
     * file. Topics by partition.
     */
    public synchronized void create(Map<PartitionId, String> topics) {
        var missing = new LinkedHashMap<>(topics);
        missing.keySet().removeIf(content.catalogue()::lists);
        if (missing.isEmpty()) {
            return;
        }
        missing.replaceAll(LogFolder::name);
        run(() -> {
            content.offsets().forget(missing.keySet()); // first: a promise of an earlier log would miss its folder
            content.catalogue().plan(missing);
            missing.forEach(content.folders()::plan);
        });
    }

    /**
     * Opens a log that the directory holds and that is not gone, recovering it where need be; takes as long as reading
     * what was written since its last checkpoint. A damaged log opens read-only.
     */
    public PartitionLog openLog(PartitionId partition) {
        var log = recoverLog(partition);
        recovered();
        return log;
    }

    /** As {@link #openLog}, one of many: nobody may count on them before {@link #recovered} has returned. */
    public PartitionLog recoverLog(PartitionId partition) {
        var home = homeOf(partition);
        PartitionLog log;
        try {
            log = LogRecovery.open(home, content.offsets().of(partition));
        } catch (DiskException e) {
            health.fail(e);
            throw e;
        }
        open.put(partition, log);
        return log;
    }

    /** Recovery has synced the tails that it found: one sync for all of them, and from now on their damage shows. */
    public void recovered() {
        health.guarding(() -> {
            content.offsets().syncLedgers();
            return 0;
        });
    }

    private LogHome homeOf(PartitionId partition) {
        health.checkOnline();
        var folder = content.folders().of(partition);
        if (folder == null) {
            throw new IllegalArgumentException("log " + partition + " is gone from " + name() + ", or never was there");
        }
        Invariant.check(!open.containsKey(partition), "log %s is open already", partition);
        return new LogHome(disk, folder, config, health, content.offsets().ledgerOf(partition));
    }

    /**
     * Gives a lost log up for an empty one, which {@link #openLog} then opens; damaged files are kept under another
     * name, which is answered. Only once the applied metadata counts on this replica no longer.
     */
    public synchronized Optional<String> replaceLost(PartitionId partition, String topic) {
        Invariant.check(content.catalogue().lists(partition), "log %s is not of %s", partition, name());
        String[] kept = new String[1];
        run(() -> {
            content.offsets().forget(List.of(partition));
            close(partition);
            kept[0] = content.folders().putAside(partition, DAMAGED);
            content.folders().make(partition, LogFolder.name(partition, topic));
            content.gone().remove(partition);
        });
        return Optional.ofNullable(kept[0]);
    }

    /** Keeps the files of a log under another name: it is gone from now on. Before it is opened. */
    public synchronized void putAside(PartitionId partition) {
        Invariant.check(!open.containsKey(partition), "log %s is open", partition);
        run(() -> {
            content.catalogue().requireFolders(List.of(partition)); // or an unused one would be found sound next time
            content.folders().putAside(partition, DUPLICATE);
            disk.syncDirectory("");
            content.gone().add(partition);
        });
    }

    /** No longer counts a log that is gone among those that it must hold, because another directory does. */
    public synchronized void disown(PartitionId partition) {
        Invariant.check(content.gone().contains(partition), "log %s is not gone from %s", partition, name());
        run(() -> {
            content.catalogue().disown(partition);
            content.offsets().forget(List.of(partition));
            content.gone().remove(partition);
        });
    }

    /** Deletes a log, open or not; readers that hold a slice read on. Nothing of it turns up again after a crash. */
    public synchronized void delete(PartitionId partition) {
        if (!content.catalogue().lists(partition)) {
            return;
        }
        run(() -> {
            content.catalogue().beginDelete(partition);
            close(partition);
            content.folders().delete(partition);
            content.catalogue().endDelete(partition);
            content.offsets().forget(List.of(partition));
            content.gone().remove(partition);
        });
    }

    private void close(PartitionId partition) {
        var log = open.remove(partition);
        if (log != null) {
            log.close();
        }
    }

    /**
     * Notes the offsets of all open logs, where they changed. Call it every few seconds; not on a loop. Without space
     * for it, which changes nothing, a {@link DiskException} of kind FULL.
     */
    public void checkpoint() {
        if (health.isOffline()) {
            return;
        }
        try {
            content.offsets().update(offsetsOfOpenLogs());
            requireMadeFolders();
        } catch (InvariantBroken e) {
            throw e;
        } catch (RuntimeException e) {
            throw e instanceof DiskException known && known.isFull() ? known : failed(e);
        }
    }

    private synchronized void requireMadeFolders() {
        content.requireMadeFolders(disk);
    }

    /** Deletes files of what logs gave up a while ago. Call it every few seconds; not on a loop. Blocks. */
    public void deleteSetAside(long nowNanos) {
        open.values().forEach(log -> log.givenUp().delete(nowNanos));
        open.values().forEach(log -> log.compaction().release(nowNanos));
    }

    private Map<PartitionId, Supplier<LogOffsets>> offsetsOfOpenLogs() {
        var offsets = new TreeMap<PartitionId, Supplier<LogOffsets>>();
        open.forEach((partition, log) -> {
            if (log.damage() == null) {
                offsets.put(partition, log::offsets);
            }
        });
        return offsets;
    }

    /** As {@link #close(Executor)}, one log after the other. */
    public void close() {
        close(Runnable::run);
    }

    /**
     * Syncs and closes all logs, and notes that the stop was clean, unless the directory is offline. Only when no loop
     * and no sync uses a log any more.
     *
     * @param flushing syncs the logs, as many at a time as it has threads
     */
    public synchronized void close(Executor flushing) {
        try {
            if (!health.isOffline()) {
                closeCleanly(flushing);
            }
        } catch (DiskException e) {
            health.fail(e);
        } finally {
            open.values().forEach(PartitionLog::close);
            open.clear();
            content.offsets().close();
            lock.close();
        }
    }

    private void closeCleanly(Executor flushing) {
        try {
            CompletableFuture.allOf(open.values().stream()
                            .map(log -> CompletableFuture.runAsync(log::finish, flushing))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new DiskException(DiskException.Kind.IO, "a log of " + name() + " was not finished: " + e, e);
        }
        checkpoint();
        if (!health.isOffline()) {
            content.cleanStop().leave();
        }
    }

    /** Any failure while metadata changes leaves memory and disk apart: the directory goes offline. */
    private void run(Runnable step) {
        health.checkOnline();
        try {
            step.run();
        } catch (InvariantBroken e) {
            throw e;
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    private DiskException failed(RuntimeException e) {
        var cause = e instanceof DiskException known
                ? known
                : new DiskException(DiskException.Kind.IO, "a change of " + name() + " broke: " + e, e);
        health.fail(cause);
        return cause;
    }
}
