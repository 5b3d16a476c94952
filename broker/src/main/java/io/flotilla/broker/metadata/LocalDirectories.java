package io.flotilla.broker.metadata;

import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.metadata.LocalLogs.DirectoryMark;
import io.flotilla.broker.partition.LogSyncs;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log directories of this broker as one: where a partition's log lies, and where a new one goes. Its methods may
 * block; any thread may call them, one at a time for one log. The directories belong to the wiring.
 */
public final class LocalDirectories {
    private static final Logger LOG = LoggerFactory.getLogger(LocalDirectories.class);

    private final List<LogDirectory> directories;
    private final Map<PartitionId, OpenLog> opened = new ConcurrentHashMap<>();

    /** A log and the group commit of its directory. */
    record OpenLog(PartitionLog log, LogSyncs syncs) {}

    public LocalDirectories(List<LogDirectory> directories) {
        this.directories = List.copyOf(directories);
    }

    /**
     * Opens every log that the directories hold, before the broker registers; recovery runs in parallel on the
     * executor. A directory that fails meanwhile goes offline, and its logs count as lost.
     */
    public CompletionStage<Void> recover(Executor recovery) {
        List<CompletableFuture<Void>> logs = new ArrayList<>();
        for (LogDirectory directory : directories) {
            List<PartitionId> gone = directory.lost();
            for (PartitionId partition : directory.logs()) {
                if (!gone.contains(partition)) {
                    logs.add(CompletableFuture.runAsync(() -> recover(directory, partition), recovery));
                }
            }
        }
        return CompletableFuture.allOf(logs.toArray(CompletableFuture[]::new));
    }

    private void recover(LogDirectory directory, PartitionId partition) {
        if (directory.health().isOffline()) {
            return;
        }
        try {
            openIn(directory, partition);
        } catch (DiskException e) {
            LOG.error("the log of partition {} in {} cannot be opened", partition, directory.name(), e);
        }
    }

    /** What the directories remember of the latest registration, -1 for none. */
    public long previousBrokerEpoch() {
        return directories.stream().mapToLong(LogDirectory::brokerEpoch).max().orElse(-1);
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
                .filter(directory -> directory.lost().contains(partition))
                .isPresent();
    }

    Optional<OpenLog> log(PartitionId partition) {
        return Optional.ofNullable(opened.get(partition));
    }

    /**
     * Makes and opens logs for partitions that have none: each in the directory with the fewest logs, as Kafka does.
     * What no directory takes stays without a log.
     */
    void create(Map<PartitionId, String> topics) {
        Map<PartitionId, String> missing = new LinkedHashMap<>(topics);
        missing.keySet().removeIf(partition -> holder(partition).isPresent());
        while (!missing.isEmpty()) {
            Optional<LogDirectory> directory = directories.stream()
                    .filter(candidate -> !candidate.health().isOffline())
                    .min(Comparator.comparingInt(candidate -> candidate.logs().size()));
            if (directory.isEmpty()) {
                LOG.error("no log directory is left for {} new partitions", missing.size());
                return;
            }
            Map<PartitionId, String> batch = new LinkedHashMap<>();
            missing.entrySet().stream()
                    .limit(shareOf(missing.size()))
                    .forEach(entry -> batch.put(entry.getKey(), entry.getValue()));
            if (created(directory.get(), batch)) {
                missing.keySet().removeAll(batch.keySet());
            }
        }
    }

    private int shareOf(int count) {
        return Math.max(1, count / directories.size());
    }

    /** False when the directory failed, which is then offline. */
    private boolean created(LogDirectory directory, Map<PartitionId, String> batch) {
        try {
            directory.create(batch);
            batch.keySet().forEach(partition -> openIn(directory, partition));
            return true;
        } catch (DiskException e) {
            LOG.error("log directory {} went offline", directory.name(), e);
            return false;
        }
    }

    /** Gives a lost log up for an empty one; nothing uses it any more. */
    void replace(PartitionId partition, String topic) {
        opened.remove(partition);
        holder(partition).ifPresent(directory -> {
            try {
                directory.replaceLost(partition, topic);
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
        opened.put(partition, new OpenLog(log, directory.flusher()::submit));
    }
}
