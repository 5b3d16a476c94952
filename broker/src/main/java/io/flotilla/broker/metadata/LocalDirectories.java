package io.flotilla.broker.metadata;

import io.flotilla.broker.log.DirectorySpace;
import io.flotilla.broker.log.Flusher;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.LogOffsets;
import io.flotilla.broker.log.LogView;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.metadata.LocalLogs.DirectoryMark;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log directories of this broker as one: where a partition's log lies, and where a new one goes. Its methods may
 * block; any thread may call them, one at a time for one log. The directories belong to the wiring.
 */
public final class LocalDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(LocalDirectories.class);
    private static final int LOGS_PER_REPORT = 1_000;
    private static final String GONE = "the log is gone";

    private final List<LogDirectory> directories;
    private final Map<PartitionId, OpenLog> opened = new ConcurrentHashMap<>();

    /** A log, and what it shares with its directory's others: group commit and space. */
    record OpenLog(PartitionLog log, Flusher flusher, DirectorySpace space) {
        static OpenLog of(PartitionLog log, LogDirectory directory) {
            return new OpenLog(log, directory.flusher(), directory.space());
        }
    }

    public LocalDirectories(List<LogDirectory> directories) {
        this.directories = List.copyOf(directories);
    }

    /**
     * Opens every log that the directories hold, before the broker registers. A directory that fails meanwhile goes
     * offline, and its logs count as lost.
     *
     * @param recovery runs the recovery of a directory's logs, as many at a time as it has threads
     */
    public CompletionStage<Void> recover(Function<LogDirectory, Executor> recovery) {
        giveUpDuplicates();
        return CompletableFuture.allOf(directories.stream()
                .map(directory -> recover(directory, recovery.apply(directory)))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> recover(LogDirectory directory, Executor executor) {
        Set<PartitionId> gone = new TreeSet<>(directory.lost());
        List<PartitionId> logs = directory.logs().stream()
                .filter(partition -> !gone.contains(partition))
                .toList();
        AtomicInteger done = new AtomicInteger();
        return CompletableFuture.allOf(logs.stream()
                        .map(partition -> CompletableFuture.runAsync(
                                () -> {
                                    recover(directory, partition);
                                    report(directory, done.incrementAndGet(), logs.size());
                                },
                                executor))
                        .toArray(CompletableFuture[]::new))
                .thenRunAsync(() -> recovered(directory), executor);
    }

    private static void report(LogDirectory directory, int done, int of) {
        if (done % LOGS_PER_REPORT == 0 && done < of) {
            LOG.info("recovered {} of {} logs in {}", done, of, directory.name());
        }
    }

    /**
     * A failure of a disk can leave a partition in two directories, and which log acknowledged what nobody here can
     * tell: neither is used, both are kept aside, and the replica is lost. The first directory goes on to list it.
     */
    private void giveUpDuplicates() {
        Map<PartitionId, List<LogDirectory>> holders = new TreeMap<>();
        for (LogDirectory directory : directories) {
            directory
                    .logs()
                    .forEach(partition -> holders.computeIfAbsent(partition, id -> new ArrayList<>())
                            .add(directory));
        }
        holders.values().removeIf(of -> of.size() == 1);
        holders.forEach((partition, of) -> {
            LOG.error(
                    "partition {} has a log in each of {}: none is used, all are kept under names that end in"
                            + " .duplicate-N, and the replica is fetched anew where another one has the records; delete"
                            + " the folders when you do not need them",
                    partition,
                    of.stream().map(LogDirectory::name).toList());
            try {
                of.forEach(directory -> directory.putAside(partition));
                of.subList(1, of.size()).forEach(directory -> directory.disown(partition));
            } catch (DiskException e) {
                LOG.error("partition {} stays lost: a log directory of it went offline", partition, e);
            }
        });
    }

    private void recover(LogDirectory directory, PartitionId partition) {
        if (directory.health().isOffline()) {
            return;
        }
        try {
            opened.put(partition, OpenLog.of(directory.recoverLog(partition), directory));
        } catch (DiskException e) {
            LOG.error("the log of partition {} in {} cannot be opened", partition, directory.name(), e);
        }
    }

    private static void recovered(LogDirectory directory) {
        if (directory.health().isOffline()) {
            return;
        }
        try {
            directory.recovered();
        } catch (DiskException e) {
            LOG.error("what was recovered in {} cannot be noted", directory.name(), e);
        }
    }

    /** What the directories remember of the latest registration, -1 for none. */
    public long previousBrokerEpoch() {
        return directories.stream().mapToLong(LogDirectory::brokerEpoch).max().orElse(-1);
    }

    /** Of the directories that hold logs, what the one remembers that was registered longest ago; -1 for never. */
    long oldestBrokerEpoch() {
        return directories.stream()
                .filter(directory -> !directory.logs().isEmpty())
                .mapToLong(LogDirectory::brokerEpoch)
                .min()
                .orElse(-1);
    }

    /** Whether the previous run stopped in good order everywhere. */
    public boolean wasCleanStop() {
        return directories.stream().allMatch(LogDirectory::wasCleanStop);
    }

    List<DirectoryMark> mark(IncarnationId incarnation) {
        directories.forEach(directory -> directory.mark(incarnation));
        return directories.stream()
                .map(directory -> new DirectoryMark(directory.id(), directory.incarnations()))
                .toList();
    }

    void registered(long brokerEpoch) {
        directories.forEach(directory -> {
            try {
                directory.noteBrokerEpoch(brokerEpoch);
            } catch (DiskException e) {
                LOG.error("log directory {} went offline", directory.name(), e);
            }
        });
    }

    /** How the directories are, in the order of log.dirs. */
    public List<DirectoryState> states() {
        return directories.stream().map(this::state).toList();
    }

    private DirectoryState state(LogDirectory directory) {
        DiskException failure = directory.health().failure();
        Set<PartitionId> lost = new TreeSet<>(directory.lost());
        List<DirectoryState.Log> logs = directory.logs().stream()
                .map(partition -> state(partition, failure != null || lost.contains(partition)))
                .toList();
        return new DirectoryState(
                directory.id(),
                directory.name(),
                failure == null ? "" : String.valueOf(failure.getMessage()),
                freeBytes(directory),
                logs);
    }

    private DirectoryState.Log state(PartitionId partition, boolean lost) {
        OpenLog open = opened.get(partition);
        if (open == null) {
            return new DirectoryState.Log(partition, 0, new LogOffsets(0, 0, 0), 0, lost ? GONE : "");
        }
        LogDamage damage = open.log().damage();
        LogView view = open.log().view();
        return new DirectoryState.Log(
                partition,
                view.sizeBytes(),
                open.log().offsets(),
                view.logEnd(),
                damage == null ? "" : "lost from offset " + damage.offset() + " on: " + damage.description());
    }

    private static long freeBytes(LogDirectory directory) {
        try {
            return directory.space().freeBytes();
        } catch (DiskException e) {
            return -1;
        }
    }

    List<PartitionId> lost() {
        TreeSet<PartitionId> lost = new TreeSet<>();
        for (LogDirectory directory : directories) {
            lost.addAll(directory.health().isOffline() ? directory.logs() : directory.lost());
        }
        return List.copyOf(lost);
    }

    List<DirectoryId> failed() {
        return directories.stream()
                .filter(directory -> directory.health().isOffline())
                .map(LogDirectory::id)
                .toList();
    }

    /** How many logs are open. */
    public int count() {
        return opened.size();
    }

    /** Logs that the directories hold. */
    List<PartitionId> logs() {
        return directories.stream()
                .flatMap(directory -> directory.logs().stream())
                .toList();
    }

    /** Whether the log is damaged or gone, in a directory that still works: it may be given up for a new one. */
    boolean isReplaceable(PartitionId partition) {
        return holder(partition)
                .filter(directory -> !directory.health().isOffline())
                .filter(directory -> directory.isLost(partition))
                .isPresent();
    }

    Optional<OpenLog> log(PartitionId partition) {
        return Optional.ofNullable(opened.get(partition));
    }

    /** Whether no directory holds a log of the partition, be it good or lost; never waits for the disk. */
    boolean isMissing(PartitionId partition) {
        return holder(partition).isEmpty();
    }

    /**
     * Makes and opens logs for partitions that have none: each in the directory with the fewest logs, as Kafka does.
     * What no directory takes stays without a log. What a directory that failed meanwhile may list on its disk is lost,
     * and not made elsewhere: a later start would find it twice.
     */
    void create(Map<PartitionId, String> topics) {
        Map<PartitionId, String> missing = new LinkedHashMap<>(topics);
        missing.keySet().removeIf(partition -> holder(partition).isPresent());
        while (!missing.isEmpty()) {
            Map<LogDirectory, Map<PartitionId, String>> shares = shares(missing);
            if (shares.isEmpty()) {
                LOG.error(
                        "{} new partitions get no log, because every log directory is offline: check the disks and"
                                + " restart this node",
                        missing.size());
                return;
            }
            shares.forEach((directory, share) -> {
                create(directory, share);
                missing.keySet().removeIf(partition -> holder(partition).isPresent());
            });
        }
    }

    /** The partitions by the directory that is to take them. */
    private Map<LogDirectory, Map<PartitionId, String>> shares(Map<PartitionId, String> missing) {
        Map<LogDirectory, Integer> counts = new LinkedHashMap<>();
        for (LogDirectory directory : directories) {
            if (!directory.health().isOffline()) {
                counts.put(directory, directory.logs().size());
            }
        }
        Map<LogDirectory, Map<PartitionId, String>> shares = new LinkedHashMap<>();
        missing.forEach((partition, topic) -> counts.entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .ifPresent(fewest -> {
                    shares.computeIfAbsent(fewest.getKey(), directory -> new LinkedHashMap<>())
                            .put(partition, topic);
                    fewest.setValue(fewest.getValue() + 1);
                }));
        return shares;
    }

    private void create(LogDirectory directory, Map<PartitionId, String> batch) {
        try {
            directory.create(batch);
            batch.keySet().forEach(partition -> openIn(directory, partition));
        } catch (DiskException e) {
            LOG.error("log directory {} went offline", directory.name(), e);
        }
    }

    /** Gives a lost log up for an empty one; nothing uses it any more. */
    void replace(PartitionId partition, String topic) {
        opened.remove(partition);
        holder(partition).ifPresent(directory -> {
            try {
                directory
                        .replaceLost(partition, topic)
                        .ifPresent(kept -> LOG.warn(
                                "the damaged log of partition {} in {} is kept as {}; delete the folder when you do not"
                                        + " need it",
                                partition,
                                directory.name(),
                                kept));
                openIn(directory, partition);
            } catch (DiskException e) {
                LOG.error(
                        "the lost log of partition {} in {} could not be replaced, and the directory is offline: check"
                                + " the disk and restart this node, which tries again",
                        partition,
                        directory.name(),
                        e);
            }
        });
    }

    /** Deletes a log; nothing uses it any more. */
    void delete(PartitionId partition) {
        opened.remove(partition);
        holder(partition).ifPresent(directory -> {
            try {
                directory.delete(partition);
            } catch (DiskException e) {
                LOG.error(
                        "the log of partition {} in {} could not be deleted, and the directory is offline: check the"
                                + " disk and restart this node, which finishes the deletion",
                        partition,
                        directory.name(),
                        e);
            }
        });
    }

    private Optional<LogDirectory> holder(PartitionId partition) {
        return directories.stream()
                .filter(directory -> directory.holds(partition))
                .findFirst();
    }

    private void openIn(LogDirectory directory, PartitionId partition) {
        PartitionLog log = directory.openLog(partition);
        opened.put(partition, OpenLog.of(log, directory));
    }
}
