package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a directory knows after a restart of how far its logs were synced, with no checkpoint in between. */
class SyncedEndsTest {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(5, 6)), 0);
    private static final DirectorySettings SETTINGS =
            new DirectorySettings("cluster", 1, new DirectoryId(new UUID(7, 7)), LogOnDisk.SMALL);

    private SimulatedDisk disk = new SimulatedDisk("/data");
    private final List<DiskException> failures = new ArrayList<>();
    private final ArrayDeque<Runnable> flushes = new ArrayDeque<>();

    /** Tickets that have run, and that the loop has not heard of yet. */
    private final ArrayDeque<SyncTicket> done = new ArrayDeque<>();

    private LogDirectory directory = open();
    private PartitionLog log = newLog();
    private int timestamp;

    private LogDirectory open() {
        flushes.clear();
        done.clear();
        return LogDirectory.open(disk, SETTINGS, flushes::add, failures::add);
    }

    private PartitionLog newLog() {
        directory.create(Map.of(PARTITION, "orders"));
        return directory.openLog(PARTITION);
    }

    private void startAnew() {
        failures.clear();
        disk = new SimulatedDisk("/data");
        directory = open();
        log = newLog();
    }

    private void append() {
        log.appendAsLeader(Batches.at(++timestamp), 0, 10);
    }

    private void submit() {
        directory.flusher().submit(log.beginSync(), done::add);
    }

    private void run() {
        while (!flushes.isEmpty()) {
            flushes.poll().run();
        }
    }

    private void hear() {
        while (!done.isEmpty()) {
            log.completeSync(done.poll());
        }
    }

    private void flush() {
        run();
        hear();
    }

    private void appendSynced() {
        append();
        submit();
        flush();
    }

    private void restart() {
        directory = open();
        log = directory.openLog(PARTITION);
    }

    /** Inverts a bit of the second batch, as stored. */
    private void spoilTheSecond() {
        disk.flipBit(segment(), Batches.at(1).remaining() + 40, 0);
    }

    private String segment() {
        return LogFolder.name(PARTITION, "orders") + "/" + LogFiles.name(0, LogFiles.SEGMENT);
    }

    @Test
    void everyFlippedBitOfWhatWasSyncedIsDamageAndNotATornEnd() {
        int bytes = Batches.at(1).remaining();
        for (int bit = 0; bit < bytes * 8; bit++) {
            startAnew();
            appendSynced();
            appendSynced();
            disk.crash(new Random(bit));
            disk.flipBit(segment(), bytes + bit / 8, bit % 8);
            restart();
            assertThat(log.damage()).as("bit %d", bit).isNotNull();
            assertThat(log.damage().offset()).isEqualTo(1);
            assertThat(directory.lost()).containsExactly(PARTITION);
        }
    }

    @Test
    void whatWasNeverSyncedIsATornEnd() {
        appendSynced();
        append();
        disk.kill();
        spoilTheSecond();
        restart();
        assertThat(log.damage()).isNull();
        assertThat(log.logEnd()).isEqualTo(1);
    }

    @Test
    void whatARestartHasSyncedIsKnownToTheNextOne() {
        append();
        disk.kill();
        restart();
        assertThat(log.durableEnd()).isEqualTo(1);
        disk.crash(new Random(1));
        disk.flipBit(segment(), 40, 0);
        restart();
        assertThat(log.damage()).isNotNull();
    }

    @Test
    void whatWasCutOffSinceIsNotMissed() {
        appendSynced();
        appendSynced();
        log.truncateTo(1);
        disk.crash(new Random(1));
        restart();
        assertThat(log.damage()).isNull();
    }

    @Test
    void aSyncThatATruncationOvertakesNotesOnlyWhatIsLeft() {
        appendSynced();
        append();
        submit();
        log.truncateTo(1);
        flush();
        append();
        disk.kill();
        spoilTheSecond();
        restart();
        assertThat(log.damage()).isNull();
        assertThat(log.logEnd()).isEqualTo(1);
    }

    @Test
    void aTruncationAboveASyncThatTheLoopHasNotHeardOfKeepsItsNote() {
        appendSynced();
        append();
        submit();
        append();
        run();
        log.truncateTo(2);
        hear();
        assertThat(log.durableEnd()).isEqualTo(2);
        disk.crash(new Random(4));
        spoilTheSecond();
        restart();
        assertThat(log.damage()).isNotNull();
    }

    @Test
    void aSyncOfALogThatWasGivenUpNotesNothingOfTheNextOne() {
        append();
        submit();
        var given = log;
        directory.replaceLost(PARTITION, "orders");
        log = directory.openLog(PARTITION);
        run();
        given.completeSync(done.poll());
        disk.kill();
        restart();
        assertThat(log.damage()).isNull();
        assertThat(failures).isEmpty();
    }

    @Test
    void noBitOfTheNotesMakesASoundLogDamaged() {
        for (int bit = 0; bit < 3 * 40 * 8; bit++) {
            startAnew();
            appendSynced();
            appendSynced();
            appendSynced();
            disk.kill();
            disk.flipBit(SyncedEnds.FILE, bit / 8, bit % 8);
            restart();
            assertThat(log.damage()).as("bit %d", bit).isNull();
            assertThat(log.logEnd()).isEqualTo(3);
        }
    }

    @Test
    void aNoteThatIsSpoiledSilencesNoOther() {
        appendSynced();
        appendSynced();
        disk.kill();
        disk.flipBit(SyncedEnds.FILE, 5, 0);
        spoilTheSecond();
        restart();
        assertThat(log.damage()).isNotNull();
    }

    @Test
    void theNotesEndWithEachCheckpoint() {
        appendSynced();
        appendSynced();
        assertThat(disk.contentOf(SyncedEnds.FILE)).hasSize(80);
        directory.checkpoint();
        assertThat(disk.contentOf(SyncedEnds.FILE)).isEmpty();
        appendSynced();
        assertThat(disk.contentOf(SyncedEnds.FILE)).hasSize(40);
        disk.crash(new Random(2));
        restart();
        assertThat(disk.contentOf(SyncedEnds.FILE)).isEmpty();
        disk.flipBit(segment(), 2 * Batches.at(1).remaining() + 40, 0);
        disk.kill();
        restart();
        assertThat(log.damage()).isNotNull();
    }

    @Test
    void aSyncThatFindsNoSpaceForItsNoteDoesNotCount() {
        appendSynced();
        append();
        submit();
        disk.limitFreeBytes(10);
        flush();
        assertThat(log.durableEnd()).isEqualTo(1);
        assertThat(log.needsSync()).isTrue();
        assertThatThrownBy(directory::checkpoint)
                .isInstanceOfSatisfying(
                        DiskException.class, full -> assertThat(full.kind()).isEqualTo(DiskException.Kind.FULL));
        assertThat(failures).isEmpty();
        disk.limitFreeBytes(1 << 20);
        submit();
        flush();
        assertThat(log.durableEnd()).isEqualTo(2);
        disk.crash(new Random(3));
        spoilTheSecond();
        restart();
        assertThat(log.damage()).isNotNull();
    }

    @Test
    void norDoTheSyncsThatItStoodFor() {
        append();
        submit();
        append();
        submit();
        disk.limitFreeBytes(10);
        flush();
        assertThat(log.durableEnd()).isZero();
        disk.limitFreeBytes(1 << 20);
        submit();
        flush();
        assertThat(log.durableEnd()).isEqualTo(2);
    }

    @Test
    void whatARestartFindsCountsOnlyOnceThatCanBeNoted() {
        appendSynced();
        append();
        disk.kill();
        disk.limitFreeBytes(10);
        restart();
        assertThat(log.logEnd()).isEqualTo(2);
        assertThat(log.durableEnd()).isEqualTo(1);
        disk.limitFreeBytes(1 << 20);
        submit();
        flush();
        assertThat(log.durableEnd()).isEqualTo(2);
        disk.crash(new Random(3));
        spoilTheSecond();
        restart();
        assertThat(log.damage()).isNotNull();
        assertThat(failures).isEmpty();
    }

    @Test
    void aCheckpointThatCannotBeWrittenForgetsNothing() {
        appendSynced();
        append();
        submit();
        run();
        disk.limitFreeBytes(10);
        assertThatThrownBy(directory::checkpoint).isInstanceOf(DiskException.class);
        disk.limitFreeBytes(1 << 20);
        hear();
        disk.crash(new Random(5));
        spoilTheSecond();
        restart();
        assertThat(log.damage()).isNotNull();
    }

    @Test
    void aDirectoryWithoutTheNotesIsRefused() {
        appendSynced();
        disk.kill();
        disk.delete(SyncedEnds.FILE);
        assertThatThrownBy(this::open)
                .isInstanceOf(DirectoryRefusedException.class)
                .hasMessageContaining("/data/synced is missing");
    }

    @Test
    void noCrashLosesWhatWasSyncedAndNoFlippedBitOfItGoesUnseen() {
        for (int seed = 0; seed < 400; seed++) {
            startAnew();
            var random = new Random(seed);
            for (int step = 0; step < 40; step++) {
                step(random);
            }
            assertThat(failures).as("seed %d", seed).isEmpty();
            long durable = log.durableEnd();
            disk.crash(random);
            disk.limitFreeBytes(1 << 20);
            boolean flipped = durable > 0 && random.nextBoolean();
            int batch = Batches.at(1).remaining();
            if (flipped) {
                disk.flipBit(segment(), random.nextInt((int) durable * batch), random.nextInt(8));
            }
            restart();
            assertThat(log.damage() != null).as("seed %d", seed).isEqualTo(flipped);
            assertThat(log.logEnd()).as("seed %d", seed).isGreaterThanOrEqualTo(flipped ? 0 : durable);
        }
    }

    /** Now and then from here on there is hardly any space. */
    private void appendWithLuck(Random random) {
        disk.limitFreeBytes(random.nextInt(4) == 0 ? random.nextInt(400) : 1 << 20);
        ifSpace(this::append);
    }

    private void checkpointWithLuck() {
        ifSpace(directory::checkpoint);
    }

    private void cutWithLuck(long offset) {
        ifSpace(() -> log.truncateTo(offset));
    }

    private static void ifSpace(Runnable step) {
        try {
            step.run();
        } catch (DiskException e) {
            assertThat(e.kind()).isEqualTo(DiskException.Kind.FULL);
        }
    }

    /** One thing that a loop, the flusher, the checkpoint or the power does. Few records: they stay in one segment. */
    private void step(Random random) {
        switch (random.nextInt(10)) {
            case 0, 1 -> appendWithLuck(random);
            case 2 -> {
                if (log.needsSync()) {
                    submit();
                }
            }
            case 3, 8 -> run();
            case 4, 9 -> hear();
            case 5 -> cutWithLuck(Math.max(0, log.logEnd() - random.nextInt(3)));
            case 6 -> checkpointWithLuck();
            default -> {
                if (random.nextInt(6) == 0) {
                    disk.crash(random);
                    disk.limitFreeBytes(1 << 20);
                    long durable = log.durableEnd();
                    restart();
                    assertThat(log.damage()).isNull();
                    assertThat(log.logEnd()).isGreaterThanOrEqualTo(durable);
                }
            }
        }
    }
}
