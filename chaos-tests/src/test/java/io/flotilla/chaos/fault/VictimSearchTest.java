package io.flotilla.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.chaos.fault.Target.Victim;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whoever has nobody to kill says so, and does not look for ever. */
class VictimSearchTest {
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void aRoleThatNobodyEverHas() {
        VictimSearch search = new VictimSearch(
                () -> {
                    asked.incrementAndGet();
                    return new Victim(-1, "leader of t-0");
                },
                () -> {});
        assertThatThrownBy(search::find)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is nobody to kill, asked 10 times; the last answer: node -1, leader of t-0");
        assertThat(asked).hasValue(10);
    }

    @Test
    void aClusterThatNeverAnswers() {
        VictimSearch search = new VictimSearch(
                () -> {
                    asked.incrementAndGet();
                    throw FlotillaError.notApplied(ErrorCode.LEADER_NOT_AVAILABLE, "wait")
                            .exception();
                },
                () -> {});
        assertThatThrownBy(search::find)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wait");
        assertThat(asked).hasValue(10);
    }

    @Test
    void aLeaderThatIsElectedMeanwhile() throws InterruptedException {
        Queue<Victim> answers = new ArrayDeque<>(List.of(new Victim(-1, "none yet"), new Victim(2, "leader")));
        assertThat(new VictimSearch(answers::remove, () -> {}).find().node()).isEqualTo(2);
    }
}
