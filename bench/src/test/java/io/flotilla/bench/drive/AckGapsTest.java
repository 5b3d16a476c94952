package io.flotilla.bench.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.time.Clock;
import org.junit.jupiter.api.Test;

class AckGapsTest {
    private static final long MS = 1_000_000;

    private long nowMs = 1_000;

    private final AckGaps gaps = new AckGaps(new Clock() {
        @Override
        public long nanos() {
            return nowMs * MS;
        }

        @Override
        public long wallMs() {
            return nowMs;
        }
    });

    private void ackAt(long ms) {
        nowMs = ms;
        gaps.ended(null);
    }

    @Test
    void theLongestGapIsBetweenTwoAcks() {
        ackAt(1_010);
        ackAt(1_200);
        ackAt(1_205);
        assertThat(gaps.longestNanos()).isEqualTo(190 * MS);
        assertThat(gaps.acks()).isEqualTo(3);
    }

    @Test
    void aGapThatIsOpenCounts() {
        ackAt(1_010);
        nowMs = 1_500;
        assertThat(gaps.longestNanos()).isEqualTo(490 * MS);
    }

    @Test
    void watchingForgetsWhatWasButNotTheOpenGap() {
        ackAt(1_900);
        nowMs = 1_950;
        gaps.watch();
        ackAt(2_000);
        assertThat(gaps.longestNanos()).isEqualTo(100 * MS);
    }

    @Test
    void aRecordThatWasNotAcknowledgedSpoilsTheRun() {
        ackAt(1_010);
        gaps.ended(new IllegalStateException("gone"));
        assertThat(gaps.acks()).isEqualTo(1);
        assertThatThrownBy(gaps::throwFirst).hasRootCauseMessage("gone");
    }
}
