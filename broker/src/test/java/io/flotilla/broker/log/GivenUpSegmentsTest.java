package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.PowerLostError;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.record.BatchRegion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How the files of what a log gave up go, and what a stop at any moment leaves of them. */
class GivenUpSegmentsTest {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(5, 6)), 0);
    private static final DirectorySettings SETTINGS =
            new DirectorySettings("cluster", 1, new DirectoryId(new UUID(7, 7)), LogOnDisk.SMALL);
    private static final String FOLDER = LogFolder.name(PARTITION, "orders");
    private static final long DELAY_NANOS = Retention.DEFAULT.deleteDelayMs() * 1_000_000L;
    private static final int BATCHES = 60;

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final List<DiskException> failures = new ArrayList<>();
    private LogDirectory directory = open();
    private PartitionLog log = fill();

    private LogDirectory open() {
        return LogDirectory.open(disk, SETTINGS, Runnable::run, failures::add);
    }

    /** 60 batches of two records each in four segments, all synced. */
    private PartitionLog fill() {
        directory.create(Map.of(PARTITION, "orders"));
        var fresh = directory.openLog(PARTITION);
        for (int i = 0; i < BATCHES; i++) {
            fresh.appendAsLeader(Batches.from(i % 3, 0, i / 3 * 2, 2), i / 20, 5_000);
        }
        sync(fresh);
        return fresh;
    }

    private void sync(PartitionLog of) {
        directory.flusher().submit(of.beginSync(), of::completeSync);
    }

    private void restart() {
        directory = open();
        log = directory.openLog(PARTITION);
    }

    private List<String> files(String ending) {
        return disk.list(FOLDER).stream().filter(name -> name.endsWith(ending)).toList();
    }

    private List<Long> bases() {
        return log.view().extents().stream().map(SegmentExtent::baseOffset).toList();
    }

    private List<ByteBuffer> content() {
        return LogOnDisk.content(log.view(), log.logStart(), Integer.MAX_VALUE);
    }

    @Test
    void filesGetAnotherNameAndGoAfterAWhile() {
        int segments = bases().size();
        long start = bases().get(2) + 1;
        log.advanceLogStart(start);
        assertThat(log.logStart()).isEqualTo(start);
        assertThat(bases()).hasSize(segments - 2);
        assertThat(files(LogFiles.SEGMENT)).as("the loop touches no file").hasSize(segments);

        log.givenUp().setAside(100);
        assertThat(files(LogFiles.SEGMENT)).hasSize(segments - 2);
        assertThat(files(LogFiles.INDEX)).doesNotContain(LogFiles.name(0, LogFiles.INDEX));
        assertThat(files(LogFiles.GIVEN_UP)).hasSize(2);
        assertThat(log.givenUp().notedStart()).isEqualTo(start);

        directory.deleteSetAside(99 + DELAY_NANOS);
        assertThat(files(LogFiles.GIVEN_UP)).hasSize(2);
        directory.deleteSetAside(100 + DELAY_NANOS);
        assertThat(files(LogFiles.GIVEN_UP)).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void readersThatHoldASliceReadOnWhateverBecomesOfTheFile() {
        disk.kill();
        restart(); // no file is open now
        var view = log.view();
        var expected = content().subList(0, 4);
        try (var slice = view.read(0, 500, Long.MAX_VALUE);
                var other = view.read(bases().get(1), 500, Long.MAX_VALUE)) {
            log.advanceLogStart(100);
            assertThat(copies(slice).subList(0, 4)).isEqualTo(expected);
            log.givenUp().setAside(0);
            assertThat(copies(slice).subList(0, 4)).isEqualTo(expected);
            directory.deleteSetAside(DELAY_NANOS);
            assertThat(copies(slice).subList(0, 4)).isEqualTo(expected);
            assertThat(copies(other)).isNotEmpty();
        }
        assertThat(view.read(0, 500, Long.MAX_VALUE))
                .as("nobody begins to any more")
                .isNull();
        assertThat(failures).isEmpty();
    }

    private static List<ByteBuffer> copies(LogSlice slice) {
        var batches = new ArrayList<ByteBuffer>();
        BatchRegion.of(slice.copy()).forEach(batch -> batches.add(batch.entry()));
        return batches;
    }

    @Test
    void whenAllIsGivenUpTheLastFileGoesTooAndTheLogGoesOn() {
        long end = log.logEnd();
        log.advanceLogStart(end);
        log.givenUp().setAside(0);
        assertThat(bases()).containsExactly(end);
        assertThat(files(LogFiles.SEGMENT)).containsExactly(LogFiles.name(end, LogFiles.SEGMENT));
        assertThat(log.lastEpoch())
                .as("replicas that end here still see that they agree")
                .isEqualTo(2);
        assertThat(log.endOf(2)).isEqualTo(new EpochEnd(2, end));
        sync(log);
        for (long seed = 0; seed < 10; seed++) {
            disk.crash(new Random(seed));
            restart();
            assertThat(log.damage()).isNull();
            assertThat(log.logStart()).isEqualTo(end);
            assertThat(log.logEnd()).isEqualTo(end);
            assertThat(log.lastEpoch()).isEqualTo(2);
            var next = Batches.view(Batches.from(0, 0, BATCHES / 3 * 2, 1));
            assertThat(log.producers().check(next)).isEqualTo(SequenceVerdict.ACCEPT);
        }
        assertThat(log.appendAsLeader(Batches.at(7), 3, 5_000).baseOffset()).isEqualTo(end);
        assertThat(log.endOf(2)).isEqualTo(new EpochEnd(2, end));
        assertThat(content()).hasSize(1);
    }

    /** The loop's part, the note, the names, the deletions, in the middle of which the power fails. */
    private void giveUp(long start) {
        log.advanceLogStart(start);
        log.givenUp().setAside(0);
        directory.deleteSetAside(DELAY_NANOS);
    }

    @Test
    void aStopAtAnyOperationOfADeletionLeavesALogThatStartsBeforeOrAfterIt() {
        var whole = content();
        var starts = List.of(50L, bases().get(3), log.logEnd());
        int stops = 0;
        for (long start : starts) {
            boolean stopped = true;
            for (int operations = 0; stopped; operations++) {
                for (long seed = 0; seed < 6; seed++) {
                    var trial = new GivenUpSegmentsTest();
                    stopped = trial.stopsAt(start, operations, new Random(seed * 1_000 + operations));
                    trial.holds(whole, start, "start " + start + ", operation " + operations + ", seed " + seed);
                    stops += stopped ? 1 : 0;
                }
            }
        }
        assertThat(stops).as("moments tried").isGreaterThan(6 * 3 * 10);
    }

    private boolean stopsAt(long start, int operations, Random random) {
        disk.failPowerAfter(operations, () -> disk.crash(random));
        boolean stopped = false;
        try {
            giveUp(start);
            disk.crash(random);
        } catch (PowerLostError power) {
            stopped = true;
        }
        disk.restorePower();
        restart();
        return stopped;
    }

    private void holds(List<ByteBuffer> whole, long start, String when) {
        assertThat(log.damage()).as(when).isNull();
        assertThat(log.logStart()).as(when).isIn(0L, start);
        assertThat(log.logEnd()).as(when).isEqualTo(2 * BATCHES);
        long from = log.logStart();
        assertThat(content())
                .as(when)
                .isEqualTo(whole.stream()
                        .filter(batch -> Batches.view(batch).nextOffset() > from)
                        .toList());
        assertThat(files(LogFiles.GIVEN_UP)).as(when).isEmpty();
        assertThat(bases().size() == 1 || bases().get(1) > from).as(when).isTrue();
        assertThat(files(LogFiles.SEGMENT)).as(when).hasSizeLessThanOrEqualTo(bases().size());
        log.appendAsLeader(Batches.at(8), 3, 5_000);
        sync(log);
        disk.crash(new Random(3));
        restart();
        assertThat(log.damage()).as(when).isNull();
        assertThat(log.logEnd()).as(when).isEqualTo(2 * BATCHES + 1);
        assertThat(failures).as(when).isEmpty();
    }

    @Test
    void whatWasGivenUpDoesNotComeBackWhenTheLogBeginsAnewBelowIt() {
        for (int operations = 0; operations < 60; operations++) {
            for (long seed = 0; seed < 4; seed++) {
                var trial = new GivenUpSegmentsTest();
                trial.beginsAnew(operations, new Random(seed * 1_000 + operations));
            }
        }
    }

    private void beginsAnew(int operations, Random random) {
        long given = bases().get(2);
        long anew = bases().get(1);
        disk.failPowerAfter(operations, () -> disk.crash(random));
        boolean begun = false;
        try {
            log.advanceLogStart(given); // and before anybody puts the files aside
            log.truncateFullyAndStartAt(anew);
            begun = true;
            log.givenUp().setAside(0);
            log.appendAsLeader(Batches.at(1, 2), 9, 5_000);
            directory.deleteSetAside(DELAY_NANOS);
            disk.crash(random);
        } catch (PowerLostError power) {
            // anywhere
        }
        disk.restorePower();
        restart();
        assertThat(log.damage()).as("operation %d", operations).isNull();
        if (begun) {
            assertThat(log.logStart()).isEqualTo(anew);
            assertThat(content()).hasSizeLessThanOrEqualTo(1);
        }
        content()
                .forEach(batch -> assertThat(Batches.view(batch).nextOffset())
                        .as("operation %d", operations)
                        .isGreaterThan(log.logStart()));
    }

    @Test
    void aSyncThatBeganBeforeFindsTheFileUnderItsOtherName() {
        disk.kill();
        restart(); // no file is open now
        var ticket = log.beginSync();
        log.advanceLogStart(log.logEnd());
        log.givenUp().setAside(0);
        directory.deleteSetAside(DELAY_NANOS);
        ticket.run();
        assertThat(ticket.failure()).isNull();
        assertThat(failures).isEmpty();
    }

    /** As a file system may leave it that keeps renames and forgets the new file. */
    @Test
    void anEmptiedLogWhoseNewestFileIsLostIsNotDamaged() {
        long end = log.logEnd();
        log.advanceLogStart(end);
        log.givenUp().setAside(0);
        disk.kill();
        String first = FOLDER + "/" + LogFiles.name(0, LogFiles.SEGMENT);
        disk.delete(FOLDER + "/" + LogFiles.name(end, LogFiles.SEGMENT));
        disk.rename(first + LogFiles.GIVEN_UP, first);
        restart();
        assertThat(log.damage()).isNull();
        assertThat(log.logStart()).isEqualTo(end);
        assertThat(log.logEnd()).isEqualTo(end);
        assertThat(content()).isEmpty();
    }

    @Test
    void theStartOfADamagedLogIsNotNotedOrTheDamageWouldBeForgotten() {
        disk.kill();
        disk.delete(FOLDER + "/" + LogFiles.name(0, LogFiles.SEGMENT));
        restart();
        assertThat(log.damage()).isNotNull();
        log.givenUp().setAside(0);
        directory.deleteSetAside(DELAY_NANOS);
        disk.kill();
        restart();
        assertThat(log.damage()).isNotNull();
    }

    @Test
    void withoutSpaceForTheNoteItIsTriedAgain() {
        int segments = bases().size();
        log.advanceLogStart(100);
        disk.limitFreeBytes(0);
        log.givenUp().setAside(0);
        assertThat(files(LogFiles.SEGMENT))
                .as("nothing is touched before the note")
                .hasSize(segments);
        disk.limitFreeBytes(Long.MAX_VALUE);
        directory.deleteSetAside(1);
        assertThat(files(LogFiles.SEGMENT)).hasSizeLessThan(segments);
        assertThat(log.givenUp().notedStart()).isEqualTo(100);
        assertThat(failures).isEmpty();
    }

    @Test
    void aLogThatIsDeletedMeanwhileIsLeftAlone() {
        log.advanceLogStart(100);
        log.givenUp().setAside(0);
        var gone = log;
        directory.delete(PARTITION);
        gone.givenUp().setAside(1);
        directory.deleteSetAside(DELAY_NANOS);
        assertThat(failures).isEmpty();
        assertThat(disk.exists(FOLDER)).isFalse();
    }
}
