package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchRewrite;
import io.flotilla.model.record.BatchView;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartitionLogTest {
    private final LogOnDisk world = new LogOnDisk(LogOnDisk.SMALL);
    private final PartitionLog log = world.log;

    @Test
    void theLeaderAssignsOffsetsEpochAndTime() {
        assertThat(world.append(4, Batches.at(1, 2), Batches.at(3))).isEqualTo(new AppendedRange(0, 2, 108 + 99));
        var range = log.appendAsLeader(Batches.at(9, 9, 9), 5, 777);
        assertThat(range.baseOffset()).isEqualTo(3);
        assertThat(range.nextOffset()).isEqualTo(6);
        var last = Batches.view(world.content().get(2));
        assertThat(last.baseOffset()).isEqualTo(3);
        assertThat(last.leaderEpoch()).isEqualTo(5);
        assertThat(last.appendTimeMs()).isEqualTo(777);
        assertThat(log.lastEpoch()).isEqualTo(5);
    }

    @Test
    void theFollowerKeepsTheLeadersBytes() {
        var leader = new LogOnDisk(LogOnDisk.SMALL);
        leader.append(1, Batches.at(1, 2), Batches.at(3));
        leader.append(2, Batches.at(4));
        try (var slice = leader.log.view().read(0, Integer.MAX_VALUE, Long.MAX_VALUE)) {
            assertThat(log.appendAsFollower(slice.copy(), 2)).isInstanceOf(FollowerAppend.Appended.class);
        }
        assertThat(world.content()).isEqualTo(leader.content());
        assertThat(log.epochs()).isEqualTo(leader.log.epochs());
    }

    @Test
    void theFollowerRefusesGapsOldEpochsAndEpochsThatItDoesNotFollow() {
        world.append(3, Batches.at(1, 2));
        for (long offset : new long[] {0, 1, 3}) {
            assertThat(log.appendAsFollower(assigned(offset, 3), 3))
                    .isEqualTo(new FollowerAppend.Refused("the next offset is 2, the leader sent " + offset));
        }
        assertThat(log.appendAsFollower(assigned(2, 2), 3)).isInstanceOf(FollowerAppend.Refused.class);
        assertThat(log.appendAsFollower(assigned(2, 4), 3)).isInstanceOf(FollowerAppend.Refused.class);
        var torn = Batches.together(assigned(2, 3), assigned(4, 3));
        assertThat(log.appendAsFollower(torn, 3)).isInstanceOf(FollowerAppend.Refused.class);
        assertThat(log.logEnd()).isEqualTo(2);
        assertThat(log.appendAsFollower(ByteBuffer.allocate(0), 3))
                .isEqualTo(new FollowerAppend.Appended(new AppendedRange(2, 1, 0)));
        assertThat(log.appendAsFollower(assigned(2, 3), 3)).isInstanceOf(FollowerAppend.Appended.class);
    }

    private static ByteBuffer assigned(long offset, int epoch) {
        var batch = Batches.at(5);
        BatchPatch.assign(Batches.view(batch), offset, epoch, 9);
        return batch;
    }

    @Test
    void readsAreWholeBatchesAtLeastOneAtMostTheBytesAskedFor() {
        for (int i = 0; i < 100; i++) {
            world.append(0, Batches.at(i, i));
        }
        var view = log.view();
        assertThat(world.disk.list("p").stream()
                        .filter(name -> name.endsWith(".log"))
                        .count())
                .isGreaterThan(3);
        int batch = 106;
        for (long offset = 0; offset < 200; offset++) {
            for (int maxBytes :
                    new int[] {0, 1, batch - 1, batch, 2 * batch - 1, 2 * batch, 5 * batch + 7, 100 * batch}) {
                try (var slice = view.read(offset, maxBytes, Long.MAX_VALUE)) {
                    assertThat(slice.baseOffset()).isEqualTo(offset / 2 * 2);
                    assertThat(slice.length()).isPositive().isLessThanOrEqualTo(Math.max(batch, maxBytes));
                    assertThat(slice.length() % batch).isZero();
                    assertThat(slice.nextOffset()).isEqualTo(slice.baseOffset() + slice.length() / batch * 2);
                    boolean full = slice.length() + batch > maxBytes;
                    assertThat(full || slice.nextOffset() == segmentEnd(offset)).isTrue();
                }
            }
        }
    }

    private long segmentEnd(long offset) {
        long end = log.logEnd();
        for (var name : world.disk.list("p")) {
            var base = LogFiles.offsetIn(name, LogFiles.SEGMENT);
            if (base.isPresent() && base.getAsLong() > offset) {
                end = Math.min(end, base.getAsLong());
            }
        }
        return end;
    }

    @Test
    void readsEndAtTheUpperOffset() {
        for (int i = 0; i < 60; i++) {
            world.append(0, Batches.at(i, i));
        }
        for (long upper = 0; upper <= 120; upper++) {
            for (long from = 0; from < 120; from += 7) {
                try (var slice = log.view().read(from, 100_000, upper)) {
                    assertThat(slice.nextOffset()).isLessThanOrEqualTo(Math.max(from, upper));
                    assertThat(slice.isEmpty()).isEqualTo(from / 2 * 2 + 2 > upper);
                }
            }
        }
    }

    @Test
    void readsOutsideTheLogAreNullAndAtItsEndEmpty() {
        world.append(0, Batches.at(1, 2, 3));
        assertThat(log.view().read(4, 100, Long.MAX_VALUE)).isNull();
        assertThat(log.view().read(3, 100, Long.MAX_VALUE).isEmpty()).isTrue();
        log.advanceLogStart(2);
        assertThat(log.view().read(1, 100, Long.MAX_VALUE)).isNull();
        try (var slice = log.view().read(2, 100, Long.MAX_VALUE)) {
            assertThat(slice.baseOffset()).isZero();
        }
    }

    @Test
    void aSliceGivesItsBytesInAnyWay() throws Exception {
        world.append(0, Batches.at(1), Batches.at(2));
        try (var slice = log.view().read(0, 10_000, Long.MAX_VALUE)) {
            var all = slice.copy();
            assertThat(BatchRegion.of(all)).hasSize(2);
            var stream = new ByteArrayOutputStream();
            slice.writeTo(stream);
            assertThat(ByteBuffer.wrap(stream.toByteArray())).isEqualTo(all);
            var direct = ByteBuffer.allocateDirect(30);
            assertThat(slice.read(slice.length() - 20, direct)).isEqualTo(20);
            assertThat(direct.flip()).isEqualTo(all.slice(slice.length() - 20, 20));
            assertThat(slice.read(slice.length(), direct.clear())).isZero();
        }
    }

    @Test
    void aSliceOfADeletedSegmentReadsOn() {
        for (int i = 0; i < 60; i++) {
            world.append(0, Batches.at(i, i));
        }
        world.sync(); // what is not durable is not let go of
        var view = log.view();
        try (var slice = view.read(0, 500, Long.MAX_VALUE)) {
            log.advanceLogStart(100);
            log.givenUp().setAside(0);
            log.givenUp().delete(Long.MAX_VALUE / 2);
            assertThat(world.disk.exists("p/" + LogFiles.name(0, LogFiles.SEGMENT)))
                    .isFalse();
            assertThat(BatchRegion.of(slice.copy())).hasSize(4);
        }
        assertThat(view.read(0, 500, Long.MAX_VALUE)).isNull();
    }

    @Test
    void aSliceOfATruncatedLogSaysSo() {
        world.append(0, Batches.at(1), Batches.at(2));
        var view = log.view();
        try (var slice = view.read(0, 10_000, Long.MAX_VALUE)) {
            log.truncateTo(1);
            assertThatThrownBy(slice::copy).isInstanceOf(LogTruncatedException.class);
        }
        assertThatThrownBy(() -> view.read(1, 10_000, 2)).isInstanceOf(LogTruncatedException.class);
    }

    @Test
    void durableEndRisesWithSyncsOnly() {
        world.append(0, Batches.at(1, 2));
        assertThat(log.durableEnd()).isZero();
        assertThat(log.needsSync()).isTrue();
        var ticket = log.beginSync();
        world.append(0, Batches.at(3));
        ticket.run();
        assertThat(log.durableEnd()).isZero();
        log.completeSync(ticket);
        assertThat(log.durableEnd()).isEqualTo(2);
        assertThat(log.needsSync()).isTrue();
        world.sync();
        assertThat(log.durableEnd()).isEqualTo(3);
        assertThat(log.needsSync()).isFalse();
    }

    @Test
    void aTruncationDuringASyncHoldsTheDurableEndBack() {
        world.append(0, Batches.at(1, 2), Batches.at(3, 4));
        var ticket = log.beginSync();
        ticket.run();
        log.truncateTo(2);
        world.append(1, Batches.at(5, 6), Batches.at(7));
        log.completeSync(ticket);
        assertThat(log.durableEnd()).isEqualTo(2);
        world.sync();
        assertThat(log.durableEnd()).isEqualTo(5);
    }

    @Test
    void truncationLowersWhatWasDurable() {
        world.append(0, Batches.at(1, 2), Batches.at(3, 4));
        world.sync();
        world.checkpoint();
        assertThat(log.truncateTo(3)).isEqualTo(2);
        assertThat(log.durableEnd()).isEqualTo(2);
        assertThat(world.noted.recoveryPoint()).isEqualTo(2);
    }

    @Test
    void truncationTrimsTheEpochHistoryEvenAtTheEnd() {
        world.append(1, Batches.at(1));
        world.append(3, Batches.at(2));
        world.append(6, Batches.at(3));
        assertThat(log.truncateTo(3)).isEqualTo(3);
        assertThat(log.lastEpoch()).isEqualTo(6);
        log.truncateTo(2);
        assertThat(log.lastEpoch()).isEqualTo(3);
        log.truncateTo(0);
        assertThat(log.lastEpoch()).isEqualTo(EpochEnd.NO_EPOCH);
    }

    @Test
    void epochsEndWhereTheNextOneBegins() {
        assertThat(log.endOf(5)).isEqualTo(new EpochEnd(-1, 0));
        world.append(1, Batches.at(1, 1));
        world.append(3, Batches.at(2));
        world.append(6, Batches.at(3));
        assertThat(log.endOf(0)).isEqualTo(new EpochEnd(-1, 0));
        assertThat(log.endOf(1)).isEqualTo(new EpochEnd(1, 2));
        assertThat(log.endOf(2)).isEqualTo(new EpochEnd(1, 2));
        assertThat(log.endOf(3)).isEqualTo(new EpochEnd(3, 3));
        assertThat(log.endOf(5)).isEqualTo(new EpochEnd(3, 3));
        assertThat(log.endOf(6)).isEqualTo(new EpochEnd(6, 4));
        assertThat(log.endOf(99)).isEqualTo(new EpochEnd(6, 4));
        log.advanceLogStart(2);
        assertThat(log.endOf(1)).isEqualTo(new EpochEnd(-1, 2));
    }

    @Test
    void fullTruncationStartsOverAndIsDurableAtOnce() {
        world.append(1, Batches.at(1));
        log.noteHighWatermark(1);
        log.truncateFullyAndStartAt(1000);
        assertThat(log.logStart()).isEqualTo(1000);
        assertThat(log.logEnd()).isEqualTo(1000);
        assertThat(log.durableEnd()).isEqualTo(1000);
        assertThat(log.highWatermark()).isEqualTo(1000);
        world.disk.crash(new Random(1));
        assertThat(world.open().logEnd()).isEqualTo(1000);
        assertThat(world.log.damage()).isNull();
        world.append(2, Batches.at(5));
        assertThat(BatchView.at(world.content().get(0), 0).baseOffset()).isEqualTo(1000);
    }

    /** Else what was cut comes back, and the next segment fits on to it: a log of two histories that looks whole. */
    @Test
    void whatWasCutStaysCutWhereASegmentWasBegunBehindIt() {
        for (int seed = 0; seed < 100; seed++) {
            LogOnDisk fresh = new LogOnDisk(LogOnDisk.SMALL);
            for (int i = 0; i < 3; i++) {
                fresh.append(1, Batches.ofBytes(400));
            }
            fresh.sync();
            fresh.log.truncateTo(2);
            fresh.append(2, Batches.ofBytes(400));
            fresh.append(2, Batches.ofBytes(400));
            assertThat(fresh.disk.list("p")).contains("00000000000000000003.log");
            PartitionLog again = fresh.crash(new Random(seed));
            assertThat(again.endOf(1)).as("seed %d", seed).isEqualTo(new EpochEnd(1, 2));
        }
    }

    @Test
    void aFullDiskRefusesTheAppendAndLeavesNoTrace() {
        world.append(0, Batches.at(1));
        world.disk.limitFreeBytes(50);
        assertThatThrownBy(() -> world.append(0, Batches.at(2)))
                .isInstanceOfSatisfying(
                        DiskException.class, e -> assertThat(e.kind()).isEqualTo(DiskException.Kind.FULL));
        assertThat(world.failures).isEmpty();
        assertThat(world.content()).hasSize(1);
        world.disk.limitFreeBytes(Long.MAX_VALUE);
        world.append(0, Batches.at(3));
        assertThat(world.content()).hasSize(2);
        assertThat(log.logEnd()).isEqualTo(2);
    }

    @Test
    void timestampsFindRecordsAcrossSegments() {
        for (int i = 0; i < 100; i++) {
            world.append(0, Batches.at(1000 + 10 * i, 1003 + 10 * i));
        }
        var view = log.view();
        assertThat(view.findByTimestamp(0, 200)).hasValue(new TimestampedOffset(0, 1000, 0));
        assertThat(view.findByTimestamp(1501, 200)).hasValue(new TimestampedOffset(101, 1503, 0));
        assertThat(view.findByTimestamp(1501, 101)).isEmpty();
        assertThat(view.findByTimestamp(1994, 200)).isEmpty();
        assertThat(view.maxTimestamp(200)).hasValue(new TimestampedOffset(199, 1993, 0));
        assertThat(view.maxTimestamp(100)).hasValue(new TimestampedOffset(99, 1493, 0));
        assertThat(view.maxTimestamp(0)).isEmpty();
    }

    @Test
    void aFollowerAppendsTheRestOfAFillerThatBeginsWithinItsLog() {
        var disk = new LogOnDisk(LogOnDisk.SMALL);
        disk.append(3, Batches.at(1, 2));
        var like = Batches.view(Batches.at(1));
        BatchPatch.assign(like, 1, 3, 0);
        assertThat(disk.log.appendAsFollower(BatchRewrite.filler(like, 9), 3))
                .isInstanceOf(FollowerAppend.Appended.class);
        assertThat(disk.log.logEnd()).isEqualTo(10);
        var rest = Batches.view(disk.content().get(1));
        assertThat(rest.baseOffset()).isEqualTo(2);
        assertThat(rest.lastOffset()).isEqualTo(9);

        var records = Batches.at(1, 2, 3);
        BatchPatch.assign(Batches.view(records), 9, 3, 0);
        assertThat(disk.log.appendAsFollower(records, 3))
                .as("records are never cut")
                .isInstanceOf(FollowerAppend.Refused.class);
    }
}
