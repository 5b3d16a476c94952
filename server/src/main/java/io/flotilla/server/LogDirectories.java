package io.flotilla.server;

import io.flotilla.broker.log.DirectoryRefusedException;
import io.flotilla.broker.log.DirectorySettings;
import io.flotilla.broker.log.LogCleaner;
import io.flotilla.broker.log.LogConfig;
import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.ProducerLimits;
import io.flotilla.broker.log.Retention;
import io.flotilla.broker.log.Scrub;
import io.flotilla.broker.log.ScrubPace;
import io.flotilla.broker.log.disk.FileDisk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.time.Clock;
import io.flotilla.server.config.CleanerConfig;
import io.flotilla.server.config.LogDefaults;
import io.flotilla.server.config.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's log.dirs: locked and checked when opened, closed with a mark that the stop was clean. */
final class LogDirectories implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirectories.class);
    private static final int CHECKPOINT_SECONDS = 5;
    private static final int DELETION_SECONDS = 1;
    private static final int SPACE_LOOK_MS = 1_000;
    private static final int SCRUB_TICK_MS = 200;
    private static final int END_SECONDS_MAX = 10;

    /** In the order of log.dirs, each with the threads that recover and sync its logs. */
    private final Map<LogDirectory, Executor> directories = new LinkedHashMap<>();

    /** Threads that use the directories by themselves; ended before the directories are closed. */
    private final List<ExecutorService> writers = new ArrayList<>();

    /** Null before the logs are compacted. */
    private @Nullable PacedCleaning pace;

    private LogDirectories() {}

    /**
     * Opens all of them; throws StartupException when one is not ours, is in use, or cannot be written.
     *
     * @param onLost runs when a directory has failed, on any thread
     */
    static LogDirectories open(
            NodeConfig config, Clock clock, NodeThreads threads, LastResort lastResort, Runnable onLost)
            throws StartupException {
        LogDirectories opened = new LogDirectories();
        try {
            for (Path path : config.storage().logDirs()) {
                opened.add(path, config, threads, cause -> opened.onFailure(path, cause, lastResort, onLost));
            }
        } catch (DirectoryRefusedException | DiskException e) {
            opened.close();
            throw new StartupException(String.valueOf(e.getMessage()), e);
        }
        ScheduledExecutorService checkpoints = threads.single("log-checkpoint");
        opened.writers.add(checkpoints);
        checkpoints.scheduleWithFixedDelay(
                opened::checkpoint, CHECKPOINT_SECONDS, CHECKPOINT_SECONDS, TimeUnit.SECONDS);
        ScheduledExecutorService deletions = threads.single("log-deletion");
        opened.writers.add(deletions);
        deletions.scheduleWithFixedDelay(
                () -> opened.all().forEach(directory -> directory.deleteSetAside(clock.nanos())),
                DELETION_SECONDS,
                DELETION_SECONDS,
                TimeUnit.SECONDS);
        ScheduledExecutorService looks = threads.single("log-space");
        opened.writers.add(looks);
        looks.scheduleWithFixedDelay(
                () -> opened.all().forEach(directory -> directory.space().look()),
                SPACE_LOOK_MS,
                SPACE_LOOK_MS,
                TimeUnit.MILLISECONDS);
        opened.scrub(config.storage().scrub(), clock, threads);
        opened.compact(config.storage().cleaner(), clock, threads);
        return opened;
    }

    private void scrub(NodeConfig.Scrub scrub, Clock clock, NodeThreads threads) {
        if (scrub.bytesPerSecond() == 0) {
            return;
        }
        ScrubPace.Settings settings =
                new ScrubPace.Settings(scrub.bytesPerSecond(), TimeUnit.MILLISECONDS.toNanos(scrub.intervalMs()));
        for (LogDirectory directory : all()) {
            ScrubPace pace = new ScrubPace(new Scrub(directory), settings, clock.nanos());
            ScheduledExecutorService scrubs = threads.single("log-scrub");
            writers.add(scrubs);
            scrubs.scheduleWithFixedDelay(
                    () -> pace.tick(clock.nanos()), SCRUB_TICK_MS, SCRUB_TICK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void compact(CleanerConfig config, Clock clock, NodeThreads threads) {
        PacedCleaning shared = new PacedCleaning(config.bytesPerSecond(), clock);
        pace = shared;
        LogCleaner cleaner = new LogCleaner(all(), config.keyBytes() / config.threads(), shared, clock);
        for (int number = 0; number < config.threads(); number++) {
            ScheduledExecutorService cleaning = threads.single("log-cleaner-" + number);
            writers.add(cleaning);
            cleaning.scheduleWithFixedDelay(
                    cleaner::round, config.backoffMs(), config.backoffMs(), TimeUnit.MILLISECONDS);
        }
    }

    private void add(Path path, NodeConfig config, NodeThreads threads, Consumer<DiskException> onFailure) {
        ExecutorService flusher = threads.single("log-flusher");
        writers.add(flusher);
        LogDirectory directory = LogDirectory.open(
                FileDisk.at(path),
                new DirectorySettings(
                        config.clusterId(),
                        config.nodeId(),
                        new DirectoryId(UUID.randomUUID()),
                        logConfig(config),
                        config.storage().freeBytesMin()),
                flusher,
                onFailure);
        directories.put(
                directory, threads.fixed("log-recovery", config.storage().recoveryThreads()));
        for (String folder : directory.setAside()) {
            LOG.warn(
                    "{} in {} belongs to no log of this broker; it was set aside, nothing in it was touched",
                    folder,
                    path);
        }
    }

    private static LogConfig logConfig(NodeConfig config) {
        LogDefaults logs = config.storage().logs();
        return new LogConfig(
                logs.segmentBytes(),
                LogConfig.DEFAULT.indexIntervalBytes(),
                ProducerLimits.DEFAULT.withExpirationMs(config.storage().producerExpirationMs()),
                logs.segmentMs(),
                new Retention(logs.retentionMs(), logs.retentionBytes(), logs.deleteDelayMs()),
                logs.compaction());
    }

    /** A failed directory's replicas fail over; without any directory left, this node is of no use. */
    private void onFailure(Path path, DiskException cause, LastResort lastResort, Runnable onLost) {
        LOG.error("log directory {} failed and is offline until this node is restarted; check the disk", path, cause);
        if (all().stream().allMatch(directory -> directory.health().isOffline())) {
            lastResort.stop("no log directory is left", cause);
        }
        onLost.run();
    }

    private void checkpoint() {
        for (LogDirectory directory : all()) {
            try {
                directory.checkpoint();
            } catch (DiskException e) {
                LOG.debug("no checkpoint in {}", directory.name(), e);
            }
        }
    }

    List<LogDirectory> all() {
        return List.copyOf(directories.keySet());
    }

    /** The threads that recover the logs of a directory. */
    Executor threadsOf(LogDirectory directory) {
        return Objects.requireNonNull(directories.get(directory), "a directory that is not in log.dirs");
    }

    /** Only once nothing uses a log any more. */
    @Override
    public void close() {
        if (pace != null) {
            pace.end();
        }
        writers.forEach(ExecutorService::shutdown);
        if (writersEnded()) {
            all().forEach(LogDirectory::close);
        }
    }

    /** Waits for a checkpoint or a sync under way: it writes the files that closing writes, too. */
    private boolean writersEnded() {
        try {
            for (ExecutorService writer : writers) {
                if (!writer.awaitTermination(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                    LOG.warn(
                            "a log directory did not take what is written to it within {} s, check the disks; the next"
                                    + " start recovers its logs",
                            END_SECONDS_MAX);
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
