package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Raft's notifications race and repeat; the listener hears ready and lost in turn. */
class LeadershipEventsTest {

    private final List<String> heard = new ArrayList<>();
    private final Queue<Runnable> pool = new ArrayDeque<>();
    private final LeadershipEvents events = new LeadershipEvents(
            new LeadershipListener() {
                @Override
                public void leaderReady(long term) {
                    heard.add("ready " + term);
                }

                @Override
                public void notLeader() {
                    heard.add("lost");
                }
            },
            pool::add);

    @Test
    void losingWithoutHavingLedIsNoNews() {
        events.lost();

        assertThat(heard()).isEmpty();
    }

    @Test
    void repetitionsAreHeardOnce() {
        events.ready(1);
        events.ready(1);
        events.lost();
        events.lost();

        assertThat(heard()).containsExactly("ready 1", "lost");
    }

    @Test
    void aNewTermEndsTheOldOne() {
        events.ready(1);
        events.ready(4);

        assertThat(heard()).containsExactly("ready 1", "lost", "ready 4");
    }

    @Test
    void aBeliefThatOutlivedTheFactIsCorrected() {
        events.ready(1);
        events.reconcile(() -> 1);
        events.reconcile(() -> LeadershipEvents.NONE);

        assertThat(heard()).containsExactly("ready 1", "lost");
    }

    @Test
    void aMissedNotificationIsMadeUpFor() {
        events.reconcile(() -> 3);
        events.ready(3);

        assertThat(heard()).containsExactly("ready 3");
    }

    @Test
    void aTermThatIsOverNeverBeginsAgain() {
        events.ready(1);
        events.lost();
        events.ready(1);

        assertThat(heard()).containsExactly("ready 1", "lost");
    }

    private List<String> heard() {
        for (Runnable task = pool.poll(); task != null; task = pool.poll()) {
            task.run();
        }
        return heard;
    }
}
