package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.log.compact.CompactionRules;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.PowerLostError;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.CleanupPolicy;
import io.flotilla.model.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A compacted log against {@linkplain ModelledCompactedLog everything that was ever appended to it}, with a cleaner on
 * another thread, which goes on, stops and begins anew between any two changes of a file; and with the power failing,
 * or the process ending, before any of them. Meanwhile the log is appended to, synced, cut, emptied, deleted, and given
 * up from its start on.
 */
class CompactedLogTest {
    private static final int OPERATIONS = Integer.getInteger("flotilla.compaction.operations", 6_000);
    private static final long DELETE_RETENTION_MS = 1_000;
    private static final PartitionId ID = new PartitionId(new TopicId(new UUID(5, 6)), 0);
    private static final DirectorySettings SETTINGS = new DirectorySettings(
            "cluster",
            1,
            new DirectoryId(new UUID(7, 7)),
            new LogConfig(
                    1_500,
                    200,
                    new ProducerLimits(1000, 0),
                    Long.MAX_VALUE,
                    new Retention(Retention.UNLIMITED, Retention.UNLIMITED, 0),
                    new CompactionRules(new CleanupPolicy(true, true), 0, 0, Long.MAX_VALUE, DELETE_RETENTION_MS)));

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final ArrayDeque<Runnable> flushes = new ArrayDeque<>();
    private final List<Exception> complaints = new ArrayList<>();
    private final ModelledCompactedLog model =
            new ModelledCompactedLog(DELETE_RETENTION_MS, SETTINGS.log().producers());

    private LogDirectory directory;
    private PartitionLog log;
    private LogCleaner cleaner;
    private Random random;
    private Lockstep threads;

    /** A sync of the log that is begun and not completed; a partition has one at a time. */
    private @Nullable SyncTicket syncing;

    private long nowMs = 1_000_000;
    private int epoch;
    private boolean stopped;
    /** What is cut may be committed, and of what stays, anything may have been cleaned away for it. */
    private boolean committedCut;

    private int cleanings;
    private int crashesInCleanings;
    private int changesInCleanings;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void keepsWhatCountsThroughEveryCrash(long seed) throws Throwable {
        random = new Random(seed);
        threads = new Lockstep(random);
        directory = open();
        openLog();
        for (int i = 0; i < OPERATIONS; i++) {
            try {
                operation();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", operation " + i, e);
            }
        }
        threads.finish();
        assertThat(cleanings).isGreaterThan(OPERATIONS / 200);
        assertThat(crashesInCleanings).isGreaterThan(OPERATIONS / 1_000);
        assertThat(changesInCleanings).isGreaterThan(OPERATIONS / 200);
    }

    private LogDirectory open() {
        flushes.clear();
        syncing = null;
        return LogDirectory.open(threads.on(disk), SETTINGS, flushes::add, complaints::add);
    }

    private void openLog() {
        directory.create(Map.of(ID, "orders"));
        log = directory.openLog(ID);
        log.onCorruption(complaints::add);
        threads.respect(log.compaction());
        threads.respect(log.givenUp());
        cleaner = new LogCleaner(List.of(directory), 24 * (1 + random.nextInt(60)), this::mayYield, new Clock() {
            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public long wallMs() {
                threads.mayYield();
                return nowMs;
            }
        });
    }

    private boolean mayYield(int bytes) {
        threads.mayYield();
        return !stopped;
    }

    private void operation() throws Throwable {
        int dice = random.nextInt(100);
        boolean cleans = dice >= 60 && dice < 80;
        if (random.nextInt(100) < (cleans ? 12 : 2)) {
            disk.failPowerAfter(random.nextInt(12), this::stop);
        }
        threads.changePlaces(percent(), percent());
        nowMs += random.nextInt(100);
        boolean cleaning = threads.isRunning();
        try {
            act(dice);
            if (!stopped && dice % 5 == 0) {
                check();
            }
        } catch (PowerLostError | DiskException e) { // a process that is no more fails as it likes
            if (!stopped) {
                throw e;
            }
        }
        if (stopped) {
            crashesInCleanings += cleaning || cleans ? 1 : 0;
            threads.finish();
            disk.restorePower();
            restart();
        }
        disk.restorePower();
        model.forgetBelow(log.givenUp().notedStart());
    }

    private int percent() {
        return List.of(0, 2, 10, 50).get(random.nextInt(4));
    }

    private void act(int dice) throws Throwable {
        if (dice < 42) {
            model.append(log, epoch, nowMs, random);
        } else if (dice < 50) {
            beginSync();
        } else if (dice < 58) {
            completeSync();
        } else if (dice < 60) {
            log.noteHighWatermark(between(log.highWatermark(), log.durableEnd()));
        } else if (dice < 80) {
            clean();
        } else if (dice < 86) {
            log.adoptCleaned();
        } else if (dice < 88) {
            epoch++;
        } else if (dice < 92) {
            if (!threads.isRunning() && random.nextBoolean()) {
                beginCleaning(); // which finds the log in the middle of what follows
            }
            changesInCleanings += threads.isRunning() ? 1 : 0;
            changeOtherwise();
        } else {
            log.givenUp().setAside(0);
            log.compaction().release(nowMs);
        }
    }

    /** What a cleaning must notice. */
    private void changeOtherwise() {
        int dice = random.nextInt(24);
        if (dice < 11) {
            log.advanceLogStart(between(log.logStart(), log.logStart() + (log.highWatermark() - log.logStart()) / 3));
        } else if (dice < 22) {
            truncate();
        } else if (dice < 23) {
            committedCut = true;
            log.truncateFullyAndStartAt(random.nextLong(log.logEnd() + 20));
            model.forgetFrom(0);
            changed();
        } else {
            replace();
        }
    }

    private void clean() throws Throwable {
        if (!threads.isRunning()) {
            beginCleaning();
        }
        threads.yieldToOther();
    }

    private void beginCleaning() {
        log.noteHighWatermark(Math.max(log.highWatermark(), log.durableEnd()));
        threads.begin(() -> cleanings += cleaner.round());
    }

    private long between(long least, long most) {
        return most <= least ? least : least + random.nextLong(most - least + 1);
    }

    private void stop() {
        stopped = true;
        if (random.nextInt(3) == 0) {
            disk.kill();
        } else {
            disk.crash(random);
        }
    }

    private void restart() {
        stopped = false;
        complaints.clear();
        long promised = log.durableEnd();
        directory = open();
        openLog();
        assertThat(log.damage()).isNull();
        assertThat(committedCut || log.logEnd() >= promised).isTrue();
        changed();
        model.found(log);
        check();
        if (disk.isDirectory(log.folder())) {
            assertThat(LogVerification.of(disk, log.folder()).findings()).isEmpty();
        }
        log.noteHighWatermark(log.durableEnd());
        epoch = Math.max(epoch, log.lastEpoch());
    }

    private void check() {
        assertThat(complaints).isEmpty();
        model.check(log, nowMs);
    }

    private void beginSync() {
        if (syncing == null) {
            syncing = log.beginSync();
            directory.flusher().submit(syncing, ticket -> {});
        }
    }

    private void completeSync() {
        while (!flushes.isEmpty()) {
            flushes.poll().run();
        }
        if (syncing != null) {
            log.completeSync(syncing);
            syncing = null;
        }
    }

    /** What is not committed goes; now and then what was, too, as after an unclean election. */
    private void truncate() {
        long committed = Math.max(log.logStart(), Math.min(log.highWatermark(), log.logEnd()));
        long target = between(random.nextInt(5) == 0 ? log.logStart() : committed, log.logEnd());
        committedCut = target < log.highWatermark();
        log.truncateTo(target);
        changed();
    }

    /** The log is deleted, and another made in its place. */
    private void replace() {
        completeSync();
        committedCut = true;
        directory.delete(ID);
        directory.create(Map.of(ID, "orders"));
        openLog();
        model.forgetFrom(0);
        changed();
    }

    private void changed() {
        model.forgetFrom(log.logEnd());
        if (committedCut) {
            committedCut = false;
            model.believe(log);
        }
    }
}
