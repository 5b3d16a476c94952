package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Stored bytes are read again, and what went bad is found. */
class ScrubTest {
    private static final long SECOND = 1_000_000_000L;
    private static final PartitionId FIRST = new PartitionId(new TopicId(new UUID(1, 2)), 0);
    private static final PartitionId SECOND_LOG = new PartitionId(FIRST.topic(), 1);
    private static final int BATCHES = 40;

    private final SimulatedDisk disk = new SimulatedDisk("/data");
    private final List<DiskException> failures = new ArrayList<>();
    private final List<CorruptLogException> found = new ArrayList<>();
    private final LogDirectory directory = LogDirectory.open(
            disk,
            new DirectorySettings("cluster", 3, new DirectoryId(new UUID(7, 7)), LogOnDisk.SMALL),
            Runnable::run,
            failures::add);
    private final Scrub scrub = new Scrub(directory);

    private PartitionLog log(PartitionId partition) {
        directory.create(Map.of(partition, "orders"));
        var log = directory.openLog(partition);
        log.onCorruption(found::add);
        for (int i = 0; i < BATCHES; i++) {
            log.appendAsLeader(Batches.ofBytes(300), 0, 10);
        }
        sync(log);
        return log;
    }

    private void sync(PartitionLog log) {
        directory.flusher().submit(log.beginSync(), log::completeSync);
    }

    private static String segment(PartitionId partition, long offset) {
        return LogFolder.name(partition, "orders") + "/" + LogFiles.name(offset, LogFiles.SEGMENT);
    }

    private long pass(int bytesMax) {
        scrub.begin();
        long bytes = 0;
        while (!scrub.isOver()) {
            bytes += scrub.step(bytesMax);
        }
        return bytes;
    }

    @Test
    void aPassReadsEveryDurableByteOfAllLogsOnce() {
        long bytes = log(FIRST).view().sizeBytes() + log(SECOND_LOG).view().sizeBytes();
        for (int bytesMax : new int[] {1, 1_000, 1 << 20}) {
            assertThat(pass(bytesMax)).isEqualTo(bytes);
            assertThat(scrub.pass()).isEqualTo(new Scrub.Pass(2, bytes, 0));
        }
        assertThat(found).isEmpty();
    }

    @Test
    void whatIsNotDurableYetIsLeftOut() {
        var log = log(FIRST);
        long bytes = log.view().sizeBytes();
        log.appendAsLeader(Batches.ofBytes(300), 0, 10);
        assertThat(pass(1 << 20)).isEqualTo(bytes);
    }

    @Test
    void anyBitThatIsInvertedInASegmentIsFound() {
        log(FIRST);
        log(SECOND_LOG);
        String closed = segment(FIRST, 0);
        for (int at = 0; at < disk.contentOf(closed).length; at += 7) {
            disk.flipBit(closed, at, at % 8);
            pass(1_000);
            assertThat(scrub.pass().damaged()).as("byte %d", at).isOne();
            assertThat(found).as("byte %d", at).isNotEmpty();
            assertThat(found.get(found.size() - 1)).hasMessageContaining(closed);
            disk.flipBit(closed, at, at % 8);
            found.clear();
        }
    }

    @Test
    void theOffsetIsThatOfTheBatchWhoseBytesAreBad() {
        var log = log(FIRST);
        int batch = (int) (log.view().sizeBytes() / BATCHES);
        disk.flipBit(segment(FIRST, 0), 3L * batch - 5, 2);
        pass(1 << 20);
        assertThat(found).extracting(CorruptLogException::offset).containsExactly(2L);
    }

    @Test
    void aDamagedLogIsNotReadAgainAndTheOthersAre() {
        var damaged = log(FIRST);
        long bytes = log(SECOND_LOG).view().sizeBytes();
        damaged.declareDamage(new LogDamage(1, "known"));
        assertThat(pass(1 << 20)).isEqualTo(bytes);
        assertThat(scrub.pass().damaged()).isZero();
    }

    @Test
    void itKeepsToItsRateAndBeginsAgainAfterThePause() {
        long bytes = log(FIRST).view().sizeBytes();
        var pace = new ScrubPace(scrub, new ScrubPace.Settings(1_000, 10 * SECOND), 0);
        pace.tick(9 * SECOND);
        assertThat(scrub.isOver()).as("before the first").isTrue();
        pace.tick(10 * SECOND);
        pace.tick(12 * SECOND);
        assertThat(scrub.pass().bytes()).as("in a burst of one second at most").isBetween(600L, 1_400L);
        long atNanos = 12 * SECOND;
        while (!scrub.isOver()) {
            atNanos += SECOND / 5;
            pace.tick(atNanos);
        }
        assertThat(scrub.pass()).isEqualTo(new Scrub.Pass(1, bytes, 0));
        assertThat((double) (atNanos - 10 * SECOND)).isGreaterThan((bytes - 1_500) / 1_000.0 * SECOND);

        pace.tick(atNanos + 9 * SECOND);
        assertThat(scrub.isOver()).as("in the pause").isTrue();
        pace.tick(atNanos + 10 * SECOND);
        pace.tick(atNanos + 11 * SECOND);
        assertThat(scrub.isOver()).isFalse();
    }
}
