package io.flotilla.broker.log;

import io.flotilla.broker.log.compact.KeyOffsets;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts the logs of some directories, the dirtiest first; what goes wrong with one log is said and left to a later
 * round, or to the log where its bytes are bad. Any number of threads may run rounds; never a loop's.
 */
public final class LogCleaner {
    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);
    private static final double MIB = 1 << 20;

    private final List<LogDirectory> directories;
    private final LogCleaning.Means means;
    private final Clock clock;

    /**
     * @param keyBytes memory for the keys of one cleaning, of which each thread does one at a time
     * @param pace how fast they may read and write
     */
    public LogCleaner(List<LogDirectory> directories, long keyBytes, CleaningPace pace, Clock clock) {
        this.directories = List.copyOf(directories);
        this.means = new LogCleaning.Means(KeyOffsets.keysIn(keyBytes), pace);
        this.clock = clock;
    }

    /** A log that this thread has claimed. */
    private record Chosen(PartitionId id, PartitionLog log, Compaction.Claim claim, Cleanable part) {}

    /** Cleans until no log needs it; answers how many cleanings did something. */
    public int round() {
        var tried = new HashSet<PartitionId>();
        int done = 0;
        for (var next = choose(tried); next != null; next = choose(tried)) {
            try {
                boolean progress = clean(next);
                done += progress ? 1 : 0;
                if (!progress) {
                    tried.add(next.id());
                }
            } finally {
                next.log().compaction().unclaim();
            }
        }
        return done;
    }

    private @Nullable Chosen choose(Set<PartitionId> tried) {
        if (!means.pace().pay(0)) {
            return null;
        }
        Chosen worst = null;
        for (var directory : directories) {
            for (var each : directory.openLogs().entrySet()) {
                var log = each.getValue();
                boolean may = log.compaction().isWanted()
                        && log.damage() == null
                        && !directory.health().isOffline()
                        && !tried.contains(each.getKey());
                if (may && log.compaction().claim()) {
                    var found = due(each.getKey(), log, tried);
                    if (found != null && (worst == null || found.part().isWorseThan(worst.part()))) {
                        unclaim(worst);
                        worst = found;
                    } else {
                        log.compaction().unclaim();
                    }
                }
            }
        }
        return worst;
    }

    private static void unclaim(@Nullable Chosen chosen) {
        if (chosen != null) {
            chosen.log().compaction().unclaim();
        }
    }

    /** Null when the log needs no cleaning, and when nobody can tell. */
    private @Nullable Chosen due(PartitionId id, PartitionLog log, Set<PartitionId> tried) {
        try {
            var claim = log.compaction().look();
            var part = LogCleaning.partOf(log, claim, clock.wallMs());
            return part.isDue(log.compaction().config().compaction()) ? new Chosen(id, log, claim, part) : null;
        } catch (DiskException | CorruptLogException e) {
            failed(id, log, e);
            tried.add(id);
            return null;
        }
    }

    private boolean clean(Chosen chosen) {
        long begunNanos = clock.nanos();
        CleaningReport report;
        try {
            report = new LogCleaning(chosen.log(), chosen.claim(), chosen.part(), means, clock.wallMs()).run();
        } catch (DiskException | CorruptLogException e) {
            failed(chosen.id(), chosen.log(), e);
            return false;
        }
        say(chosen.id(), report, TimeUnit.NANOSECONDS.toMillis(clock.nanos() - begunNanos));
        return report.isProgress();
    }

    private static void failed(PartitionId id, PartitionLog log, RuntimeException cause) {
        if (cause instanceof CorruptLogException found) {
            log.view().suspect(found.damage());
        }
        LOG.warn(
                "partition {} was not compacted, the next round tries again; its records are as they were, of some old"
                        + " values may be gone: {}",
                id,
                cause.toString());
    }

    private static void say(PartitionId id, CleaningReport report, long ms) {
        switch (report.end()) {
            case WHOLE, PART ->
                LOG.info(
                        "compacted partition {} from offset {} up to {}{}: {} MiB became {} MiB, {} records {},"
                                + " in {} ms; {} keys, {} MiB for them",
                        id,
                        report.from(),
                        report.upTo(),
                        report.end() == CleaningReport.End.PART ? ", as far as there is memory for keys" : "",
                        mib(report.bytesBefore()),
                        mib(report.bytesAfter()),
                        report.recordsBefore(),
                        report.recordsAfter(),
                        ms,
                        report.keys(),
                        mib(report.keyBytes()));
            case KEYS_DO_NOT_FIT ->
                LOG.warn(
                        "partition {} cannot be compacted: not even the keys of one batch fit into its thread's share"
                                + " of log.cleaner.dedupe.buffer.size; raise it",
                        id);
            case DAMAGED -> LOG.warn("the compaction of partition {} met damage, which is said above", id);
            case LOG_CHANGED, STOPPED -> LOG.debug("the compaction of partition {} ended: {}", id, report.end());
        }
        if (report.isProgress() && report.keyless() + report.unreadable() > 0) {
            LOG.warn(
                    "partition {} is compacted, but had {} records without a key, which are gone, and {} batches whose"
                            + " records nobody can read, which stay; both were written before its cleanup.policy was",
                    id,
                    report.keyless(),
                    report.unreadable());
        }
    }

    private static String mib(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / MIB);
    }
}
