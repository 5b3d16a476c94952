package io.flotilla.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.time.SystemClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The one thread that owns partitions. */
@Timeout(30)
class PartitionLoopTest {
    private static final long MS = 1_000_000L;

    private final ManualClock clock = new ManualClock();
    private final List<String> story = new ArrayList<>();

    /** Writes down when it is called, and wants so many ticks. */
    private final class Recorder implements LoopMember {
        private int ticksWanted;

        Recorder(int ticksWanted) {
            this.ticksWanted = ticksWanted;
        }

        @Override
        public void afterTurn(long nowNanos) {
            story.add("end of turn");
        }

        @Override
        public boolean onTick(long nowNanos) {
            story.add("tick");
            return --ticksWanted > 0;
        }
    }

    private PartitionLoop loop(int queueMax, int turnMax) {
        return new PartitionLoop(new LoopSettings(queueMax, turnMax, 50 * MS), clock);
    }

    @Test
    void everythingThatWaitsRunsBeforeTheTurnEnds() {
        var loop = loop(10, 10);
        var member = new Recorder(0);
        loop.offer(() -> {
            story.add("one");
            loop.touch(member);
        });
        loop.offer(() -> {
            story.add("two");
            loop.touch(member);
        });
        assertThat(loop.runOne()).isEqualTo(2);
        assertThat(story).containsExactly("one", "two", "end of turn");
        assertThat(loop.runOne()).isZero();
    }

    @Test
    void longQueueTakesSeveralTurns() {
        var loop = loop(10, 2);
        for (int i = 0; i < 5; i++) {
            loop.offer(() -> story.add("task"));
        }
        assertThat(loop.runOne()).isEqualTo(2);
        assertThat(loop.queued()).isEqualTo(3);
    }

    @Test
    void fullQueueRefusesRequestsButNotCompletions() {
        var loop = loop(2, 10);
        assertThat(loop.offer(() -> {})).isTrue();
        assertThat(loop.offer(() -> {})).isTrue();
        assertThat(loop.offer(() -> story.add("refused"))).isFalse();
        loop.execute(() -> story.add("completion"));
        loop.runOne();
        assertThat(story).containsExactly("completion");
        assertThat(loop.offer(() -> {})).isTrue();
    }

    @Test
    void memberGetsTicksForAsLongAsItWantsThem() {
        var loop = loop(10, 10);
        loop.keepTicking(new Recorder(2));
        loop.runOne();
        assertThat(story).isEmpty();
        for (int i = 0; i < 5; i++) {
            clock.passMs(50);
            loop.runOne();
        }
        assertThat(story).containsExactly("tick", "tick");
        assertThat(loop.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sleepingLoopWakesForATaskAndEndsWhenClosed() throws InterruptedException {
        var loop = new PartitionLoop(LoopSettings.defaults(), new SystemClock());
        var thread = new Thread(loop::run, "loop");
        thread.start();
        for (int i = 0; i < 100; i++) {
            var ran = new CountDownLatch(1);
            loop.execute(ran::countDown);
            assertThat(ran.await(10, TimeUnit.SECONDS)).isTrue();
        }
        loop.close();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
        assertThat(loop.offer(() -> {})).isFalse();
    }
}
