package io.flotilla.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a log should start: three segments of ten offsets and 100 bytes each, the last of them appended to. */
class RetentionTest {
    private static final long NONE = Retention.UNLIMITED;
    private static final List<SegmentExtent> SEGMENTS = segments(1_000, 2_000, 3_000);

    private static List<SegmentExtent> segments(long... newestMs) {
        return List.of(
                new SegmentExtent(0, 10, 100, newestMs[0]),
                new SegmentExtent(10, 20, 100, newestMs[1]),
                new SegmentExtent(20, 30, 100, newestMs[2]));
    }

    private static long start(long ms, long bytes, long highWatermark, long nowMs) {
        return new Retention(ms, bytes, 0).startOf(SEGMENTS, highWatermark, nowMs);
    }

    @Test
    void withoutLimitsEverythingStays() {
        assertThat(start(NONE, NONE, 30, Long.MAX_VALUE)).isZero();
    }

    @Test
    void aSegmentGoesOnceItsNewestRecordIsTooOld() {
        assertThat(start(500, NONE, 30, 1_500)).isZero();
        assertThat(start(500, NONE, 30, 1_501)).isEqualTo(10);
        assertThat(start(500, NONE, 30, 2_501)).isEqualTo(20);
    }

    @Test
    void theLastSegmentGoesToo() {
        assertThat(start(500, NONE, 30, 3_501)).isEqualTo(30);
        assertThat(start(0, NONE, 30, 3_001)).isEqualTo(30);
    }

    @Test
    void nothingUncommittedGoes() {
        assertThat(start(500, NONE, 29, 9_000)).isEqualTo(20);
        assertThat(start(500, NONE, 19, 9_000)).isEqualTo(10);
        assertThat(start(NONE, 0, 9, 9_000)).isZero();
    }

    @Test
    void theOldestGoWhileTheOthersStillHoldEnough() {
        assertThat(start(NONE, 300, 30, 0)).isZero();
        assertThat(start(NONE, 201, 30, 0)).isZero();
        assertThat(start(NONE, 200, 30, 0)).isEqualTo(10);
        assertThat(start(NONE, 101, 30, 0)).isEqualTo(10);
        assertThat(start(NONE, 100, 30, 0)).isEqualTo(20);
        assertThat(start(NONE, 0, 30, 0)).isEqualTo(30);
    }

    @Test
    void whicheverLimitAsksForMoreCounts() {
        assertThat(start(500, 200, 30, 2_501)).isEqualTo(20);
        assertThat(start(500, 100, 30, 1_501)).isEqualTo(20);
    }

    @Test
    void aNewerSegmentThatIsOldWaitsForTheOlderOnes() {
        var retention = new Retention(500, NONE, 0);
        assertThat(retention.startOf(segments(9_000, 1_000, 1_000), 30, 5_000)).isZero();
    }

    @Test
    void timesOfTheFutureAndNoTimesAtAllAreKept() {
        var retention = new Retention(500, NONE, 0);
        assertThat(retention.startOf(segments(Long.MAX_VALUE, 1, 1), 30, 5_000)).isZero();
        assertThat(retention.startOf(segments(-1, 1, 1), 30, 5_000)).isZero();
        assertThat(retention.startOf(segments(Segment.NO_TIMESTAMP, 1, 1), 30, Long.MAX_VALUE))
                .isZero();
    }

    @Test
    void anEmptyLastSegmentStays() {
        var segments = List.of(new SegmentExtent(0, 10, 100, 1_000), new SegmentExtent(10, 10, 0, -1));
        assertThat(new Retention(500, 0, 0).startOf(segments, 10, 9_000)).isEqualTo(10);
    }

    @Test
    void limitsBelowMinusOneAreRefused() {
        assertThatThrownBy(() -> new Retention(-2, NONE, 0)).hasMessageContaining("retention.ms=-2");
    }
}
