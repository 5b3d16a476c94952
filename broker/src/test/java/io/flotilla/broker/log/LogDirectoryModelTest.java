package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.PowerLostError;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A log directory with some logs against lists of batches: a hundred thousand random operations, with the power
 * failing, or the process ending, between them and before any single disk operation of any of them. After each restart
 * a log is a prefix of what was written, holds what anybody was told to be durable, and every file beside it is what
 * its batches give.
 */
class LogDirectoryModelTest {
    private static final int OPERATIONS = Integer.getInteger("flotilla.log.operations", 12_500);
    private static final int LOGS = 3;
    private static final int DISK_OPERATIONS_MAX = 14;
    private static final DirectorySettings SETTINGS = new DirectorySettings(
            "cluster", 1, new DirectoryId(new UUID(7, 7)), new LogConfig(1500, 200, new ProducerLimits(1000, 0)));

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final List<DiskException> failures = new ArrayList<>();
    private final ArrayDeque<Runnable> flushes = new ArrayDeque<>();

    /** Tickets whose logs have yet to hear that they are done. */
    private final ArrayDeque<SyncTicket> done = new ArrayDeque<>();

    private final List<ModelledLog> models = IntStream.range(0, LOGS)
            .mapToObj(number -> new ModelledLog(new PartitionId(new TopicId(new UUID(5, 6)), number)))
            .toList();
    private final List<PartitionLog> logs = new ArrayList<>();
    private LogDirectory directory;
    private Random random;
    private int epoch;
    private boolean processEnded;
    /** The process is no more, and its disk waits for the next one. */
    private boolean stopped;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void holdsWhatWasPromisedThroughEveryCrash(long seed) {
        random = new Random(seed);
        directory = open();
        createAndOpenAll();
        int crashes = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            try {
                crashes += operation() ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ", operation " + i, e);
            }
        }
        assertThat(crashes).isGreaterThan(OPERATIONS / 50);
    }

    private LogDirectory open() {
        flushes.clear();
        done.clear();
        return LogDirectory.open(disk, SETTINGS, flushes::add, failures::add);
    }

    /** What is there is opened; what a crash kept from coming into being, or from staying, is made again. */
    private void createAndOpenAll() {
        for (ModelledLog model : models) {
            directory.create(Map.of(model.id, "orders"));
        }
        logs.clear();
        models.forEach(model -> logs.add(directory.openLog(model.id)));
    }

    /** One operation; answers whether it ended in a crash. */
    private boolean operation() {
        int dice = random.nextInt(100);
        if (random.nextInt(100) < 8) {
            disk.failPowerAfter(random.nextInt(DISK_OPERATIONS_MAX), this::stop);
        }
        try {
            int which = random.nextInt(LOGS);
            act(dice, models.get(which), logs.get(which));
            if (!stopped && dice % 10 == 0) {
                models.get(which).check(logs.get(which));
            }
        } catch (PowerLostError e) {
            assertThat(stopped).isTrue();
        }
        disk.restorePower();
        boolean crashed = stopped;
        if (stopped) {
            restart();
        }
        return crashed;
    }

    /** The power fails; or the process ends, and the system writes on in its own time. */
    private void stop() {
        stopped = true;
        processEnded = random.nextInt(3) == 0;
        if (processEnded) {
            disk.kill();
        } else {
            disk.crash(random);
        }
    }

    private void restart() {
        stopped = false;
        failures.clear(); // what the process that is no more still said of its disk
        directory = open();
        createAndOpenAll();
        assertThat(failures).isEmpty();
        assertThat(logs).extracting(PartitionLog::damage).containsOnlyNulls();
        assertThat(directory.lost()).isEmpty();
        for (int i = 0; i < LOGS; i++) {
            models.get(i).checkAfterRestart(logs.get(i), processEnded);
            if (disk.isDirectory(logs.get(i).folder())) {
                assertThat(LogVerification.of(disk, logs.get(i).folder()).findings())
                        .isEmpty();
            }
            epoch = Math.max(epoch, models.get(i).lastEpoch());
        }
    }

    private void act(int dice, ModelledLog model, PartitionLog log) {
        if (dice < 2) {
            stop();
        } else if (dice < 44) {
            append(model, log);
        } else if (dice < 58) {
            directory.flusher().submit(log.beginSync(), done::add);
        } else if (dice < 70) {
            flush();
        } else if (dice < 82) {
            hear();
        } else if (dice < 84) {
            epoch++;
        } else if (dice < 89) {
            truncate(model, log);
        } else if (dice < 90) {
            restartAt(model, log);
        } else if (dice < 93) {
            startAt(model, log);
        } else if (dice < 95) {
            log.givenUp().setAside(0);
            model.noted(log.givenUp().notedStart());
        } else if (dice < 97) {
            directory.checkpoint();
        } else if (dice < 98) {
            replace(model);
        } else {
            stopCleanly();
        }
    }

    private void append(ModelledLog model, PartitionLog log) {
        var batches = new ArrayList<ByteBuffer>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            batches.add(
                    random.nextBoolean()
                            ? Batches.from(random.nextInt(8), epoch, random.nextInt(1000), 1 + random.nextInt(3))
                            : Batches.at(random.nextInt(1000), random.nextInt(1000)));
        }
        var region = Batches.together(batches.toArray(ByteBuffer[]::new));
        long offset = log.logEnd();
        for (var batch : BatchRegion.of(region)) {
            BatchPatch.assign(batch, offset, epoch, 7);
            offset = batch.nextOffset();
        }
        model.beginAppend(region);
        assertThat(log.appendAsFollower(region, epoch)).isInstanceOf(FollowerAppend.Appended.class);
        model.appended();
    }

    private void flush() {
        var flush = flushes.poll();
        if (flush != null) {
            flush.run();
        }
    }

    private void hear() {
        var ticket = done.poll();
        if (ticket != null) {
            assertThat(ticket.failure()).isNull();
            ticket.log().completeSync(ticket);
            int which = logs.indexOf(ticket.log());
            if (which >= 0) {
                models.get(which).promise(ticket.log().durableEnd());
            }
        }
    }

    private void truncate(ModelledLog model, PartitionLog log) {
        long span = log.logEnd() - log.logStart();
        long target = log.logStart() + (span == 0 ? 0 : random.nextLong(span + 1));
        model.beginTruncation(target);
        long end = log.truncateTo(target);
        assertThat(end).isLessThanOrEqualTo(target);
        model.truncated(target, log);
    }

    private void restartAt(ModelledLog model, PartitionLog log) {
        long offset = log.logEnd() + random.nextInt(3);
        model.beginRestartAt(offset);
        log.truncateFullyAndStartAt(offset);
        model.restarted(offset);
    }

    private void startAt(ModelledLog model, PartitionLog log) {
        long span = log.logEnd() - log.logStart();
        long offset = log.logStart() + (span == 0 ? 0 : random.nextLong(span / 2 + 1));
        model.beginStartAt(offset);
        log.advanceLogStart(offset);
        model.startsAt(offset);
    }

    private void replace(ModelledLog model) {
        settleSyncs();
        model.beginDeletion();
        directory.delete(model.id);
        model.restarted(0);
        directory.create(Map.of(model.id, "orders"));
        logs.set(models.indexOf(model), directory.openLog(model.id));
    }

    /** A log is deleted, and a directory closed, when nobody syncs it any more. */
    private void settleSyncs() {
        while (!flushes.isEmpty()) {
            flush();
        }
        while (!done.isEmpty()) {
            hear();
        }
    }

    private void stopCleanly() {
        settleSyncs();
        directory.close();
        if (stopped) {
            return;
        }
        disk.restorePower();
        processEnded = true;
        directory = open();
        assertThat(directory.wasCleanStop()).isTrue();
        createAndOpenAll();
        for (int i = 0; i < LOGS; i++) {
            var before = models.get(i).held();
            models.get(i).checkAfterRestart(logs.get(i), true);
            assertThat(models.get(i).held()).isEqualTo(before);
        }
    }
}
