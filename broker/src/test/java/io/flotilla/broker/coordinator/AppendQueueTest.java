package io.flotilla.broker.coordinator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.group.GroupRecord;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nothing is shown before all that it rests on is committed, and an append that fails ends it. */
class AppendQueueTest {
    private static final FlotillaError LOST =
            FlotillaError.unknown(ErrorCode.NOT_LEADER_OR_FOLLOWER, "the leadership ended");
    private static final FlotillaError REFUSED =
            FlotillaError.notApplied(ErrorCode.NOT_ENOUGH_REPLICAS, "too few replicas");
    private static final FlotillaError FULL = FlotillaError.notApplied(ErrorCode.OVERLOADED, "no room");
    private static final FlotillaError OVER = FlotillaError.notApplied(ErrorCode.NOT_COORDINATOR, "another one");

    private final ManualClock clock = new ManualClock();
    private final PartitionLoop loop = new PartitionLoop(LoopSettings.defaults(), clock);
    private final ScriptedLog log = new ScriptedLog();
    private final List<String> heard = new ArrayList<>();
    private final AppendQueue queue = queue(AppendQueue.Limits.defaults());

    private AppendQueue queue(AppendQueue.Limits limits) {
        return new AppendQueue(log, loop, clock, limits, error -> heard.add("failed: " + error.code()));
    }

    @Test
    void whatOnlyLooksIsShownAtOnceWhereNothingWaits() {
        looks("a");

        assertThat(heard).containsExactly("a shown");
        assertThat(log.appends()).isZero();
    }

    @Test
    void aDecisionIsShownOnceItsRecordsAreCommitted() {
        log.holdsCommits();
        writes("a");
        flush();
        assertThat(heard).isEmpty();

        log.commits();
        settle();
        assertThat(heard).containsExactly("a shown");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whatIsDecidedDuringAnAppendSharesTheNextOne() {
        log.holdsCommits();
        writes("a");
        flush();
        writes("b");
        writes("c");
        flush();
        assertThat(log.appends()).isEqualTo(1);

        log.commits().holdsCommits();
        settle();
        assertThat(heard).containsExactly("a shown");
        assertThat(log.appends()).isEqualTo(2);

        log.commits();
        settle();
        assertThat(heard).containsExactly("a shown", "b shown", "c shown");
    }

    @Test
    void whatLooksWaitsForEverythingThatItSees() {
        log.holdsCommits();
        writes("a");
        flush();
        looks("sees a");
        writes("b");
        looks("sees b");
        flush();
        assertThat(heard).isEmpty();

        log.commits().holdsCommits();
        settle();
        assertThat(heard).containsExactly("a shown", "sees a shown");

        log.commits();
        settle();
        assertThat(heard).endsWith("b shown", "sees b shown");
    }

    @Test
    void afterAnUnknownOutcomeOnlyWritersAreUnsure() {
        log.holdsCommits();
        writes("a");
        flush();
        looks("sees a");

        log.failsPending(LOST, true);
        settle();

        assertThat(heard)
                .containsExactly(
                        "a NOT_LEADER_OR_FOLLOWER UNKNOWN",
                        "sees a NOT_LEADER_OR_FOLLOWER NOT_APPLIED",
                        "failed: NOT_LEADER_OR_FOLLOWER");
    }

    @Test
    void aRefusalIsCertain() {
        log.refusesAppends(REFUSED);
        writes("a");
        flush();

        assertThat(heard).containsExactly("a NOT_ENOUGH_REPLICAS NOT_APPLIED", "failed: NOT_ENOUGH_REPLICAS");
    }

    @Test
    void aLogWithoutRoomIsAskedAgain() {
        log.refusesAppends(FULL);
        writes("a");
        flush();
        writes("b");
        assertThat(queue.wantsRetry()).isTrue();
        assertThat(heard).isEmpty();

        log.takesAppends();
        flush();
        assertThat(heard).containsExactly("a shown", "b shown");
        assertThat(queue.wantsRetry()).isFalse();
        assertThat(log.end()).isEqualTo(2);
    }

    @Test
    void atTheEndWhatFoundNoRoomFailsForCertain() {
        log.refusesAppends(FULL);
        writes("a");
        flush();

        queue.end(OVER);
        assertThat(heard).containsExactly("a NOT_COORDINATOR NOT_APPLIED");
    }

    @Test
    void whatWasNotHandedToTheLogFailsForCertainAndTheRestAsTheLogSays() {
        log.holdsCommits();
        writes("a");
        flush();
        writes("b");

        queue.end(OVER);
        assertThat(heard).containsExactly("b NOT_COORDINATOR NOT_APPLIED");

        log.commits();
        settle();
        assertThat(heard).endsWith("a shown");
        assertThat(log.appends()).isEqualTo(1);
    }

    @Test
    void afterTheEndAFailureIsNobodysReasonToReload() {
        log.holdsCommits();
        writes("a");
        flush();
        queue.end(OVER);

        log.failsPending(LOST, false);
        settle();

        assertThat(heard).containsExactly("a NOT_LEADER_OR_FOLLOWER UNKNOWN");
    }

    @Test
    void isFullAtItsLimits() {
        AppendQueue small = queue(new AppendQueue.Limits(2, 1_000, 100));
        assertThat(small.isFull()).isFalse();
        small.add(List.of(record("a")), shown("a"));
        small.add(List.of(record("b")), shown("b"));
        assertThat(small.isFull()).isTrue();

        AppendQueue short1 = queue(new AppendQueue.Limits(100, 10, 100));
        short1.add(List.of(record("a long record")), shown("a"));
        assertThat(short1.isFull()).isTrue();
    }

    @Test
    void manyRecordsBecomeManyBatchesOfOneAppend() {
        AppendQueue queue = queue(new AppendQueue.Limits(1_000, 1 << 20, 64));
        for (int i = 0; i < 50; i++) {
            queue.add(List.of(record("key " + i), record("other " + i)), shown("n"));
        }
        queue.flush();
        settle();

        assertThat(log.appends()).isEqualTo(1);
        assertThat(log.end()).isEqualTo(100);
        assertThat(heard).hasSize(50);
    }

    // ---- words ---------------------------------------------------------------------------------------------------

    private void writes(String name) {
        queue.add(List.of(record(name)), shown(name));
    }

    private void looks(String name) {
        queue.add(List.of(), shown(name));
    }

    private void flush() {
        queue.flush();
        settle();
    }

    private void settle() {
        while (loop.runOne() > 0) {}
    }

    private static GroupRecord record(String key) {
        return new GroupRecord(key.getBytes(UTF_8), null);
    }

    private Shown shown(String name) {
        return new Shown() {
            @Override
            public void show() {
                heard.add(name + " shown");
            }

            @Override
            public void fail(FlotillaError error) {
                heard.add(name + " " + error.code() + " " + error.outcome());
            }
        };
    }
}
