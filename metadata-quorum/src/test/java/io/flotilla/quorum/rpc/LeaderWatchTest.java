package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.time.Clock;
import io.flotilla.quorum.feed.ControllerLocator.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a voter takes its leader for gone, and when it does not. */
class LeaderWatchTest implements Clock, LeaderWatch.Candidate {
    private static final Optional<Location> LEADER = Optional.of(new Location(3, "127.0.0.1:9093"));

    private long nowNanos;
    private Optional<Location> leader = LEADER;
    private boolean follower = true;
    private boolean up = true;
    private boolean refuses;
    private int rank;
    private int looks;
    private final List<String> lines = new ArrayList<>();
    private final List<Integer> stoodWithout = new ArrayList<>();
    private final LeaderWatch watch =
            new LeaderWatch(this, () -> leader, this, new LeaderWatch.Eyes(this::line, this::looked));

    private Line line(Endpoint endpoint) {
        lines.add("opened " + endpoint);
        return new Line() {
            @Override
            public boolean isUp() {
                return up;
            }

            @Override
            public void close() {
                lines.add("closed " + endpoint);
            }
        };
    }

    private CompletableFuture<Boolean> looked(Endpoint endpoint) {
        looks++;
        return CompletableFuture.completedFuture(refuses);
    }

    private void pass(long ms) {
        for (long left = ms; left > 0; left -= 10) {
            nowNanos += TimeUnit.MILLISECONDS.toNanos(10);
            watch.tick();
        }
    }

    @Test
    void aClosedConnectionAndTwoRefusedOnesAreTheEnd() {
        pass(1_000);
        assertThat(looks).isZero();
        up = false;
        refuses = true;
        pass(40);
        assertThat(stoodWithout).isEmpty();
        pass(60);
        assertThat(stoodWithout).containsExactly(3);
        pass(5_000);
        assertThat(stoodWithout).containsExactly(3);
        assertThat(looks).isEqualTo(2);
    }

    @Test
    void aRefusalBetweenAnswersIsNotEnough() {
        pass(100);
        up = false;
        for (int i = 0; i < 20; i++) {
            refuses = i % 2 == 0;
            int before = looks;
            while (looks == before && nowNanos < TimeUnit.SECONDS.toNanos(10)) {
                pass(10);
            }
        }
        assertThat(stoodWithout).isEmpty();
        assertThat(looks).isEqualTo(10);
    }

    @Test
    void aProcessThatClosesItsConnectionsBeforeItsListenerIsLookedAtAgain() {
        pass(100);
        up = false;
        pass(300);
        refuses = true;
        pass(300);
        assertThat(stoodWithout).containsExactly(3);
    }

    @Test
    void whereNothingEverConnectedNothingEnded() {
        up = false;
        refuses = true;
        pass(10_000);
        assertThat(looks).isZero();
        assertThat(stoodWithout).isEmpty();
    }

    @Test
    void aConnectionThatIsBackClearsTheLeader() {
        pass(100);
        up = false;
        refuses = true;
        pass(20);
        up = true;
        pass(1_000);
        assertThat(stoodWithout).isEmpty();
    }

    @Test
    void theNextInRankWaitsAndStandsOnlyForTheSameLeader() {
        rank = 1;
        pass(100);
        up = false;
        refuses = true;
        pass(200);
        assertThat(stoodWithout).isEmpty();
        leader = Optional.of(new Location(1, "127.0.0.1:9193"));
        pass(1_000);
        assertThat(stoodWithout).isEmpty();
        assertThat(lines).containsExactly("opened 127.0.0.1:9093", "closed 127.0.0.1:9093", "opened 127.0.0.1:9193");
    }

    @Test
    void theNextInRankStandsWhenTheFirstDidNot() {
        rank = 1;
        pass(100);
        up = false;
        refuses = true;
        pass(350);
        assertThat(stoodWithout).containsExactly(3);
    }

    @Test
    void whoLeadsWatchesNobody() {
        pass(10);
        follower = false;
        pass(10);
        assertThat(lines).containsExactly("opened 127.0.0.1:9093", "closed 127.0.0.1:9093");
    }

    @Test
    void afterItsEndItLooksAtNobody() {
        pass(10);
        watch.close();
        up = false;
        refuses = true;
        pass(1_000);
        assertThat(lines).containsExactly("opened 127.0.0.1:9093", "closed 127.0.0.1:9093");
        assertThat(looks).isZero();
    }

    @Override
    public boolean isFollower() {
        return follower;
    }

    @Override
    public int rankWithout(int gone) {
        return rank;
    }

    @Override
    public boolean standWithout(int gone) {
        stoodWithout.add(gone);
        return true;
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public long wallMs() {
        throw new AssertionError("the time of day is nobody's business here");
    }
}
