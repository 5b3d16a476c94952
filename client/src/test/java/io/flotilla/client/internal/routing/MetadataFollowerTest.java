package io.flotilla.client.internal.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.routing.MetadataUpdate.Point;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetadataFollowerTest {
    private static final Endpoint ONE = new Endpoint("one", 1);
    private static final Endpoint TWO = new Endpoint("two", 2);
    private static final TopicId ID = new TopicId(new UUID(0, 1));
    private static final FlotillaError GONE = FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "gone");

    private final Brokers brokers = new Brokers();
    private final MetadataFollower follower =
            new MetadataFollower(brokers, List.of(ONE, TWO), new Backoff.Limits(20, 1_000), new SplittableRandom(1));
    private long now;

    /** Remembers what the follower asks for. */
    private static final class Brokers implements WatchTransport {
        private final List<Endpoint> opened = new ArrayList<>();
        private final List<Request> requests = new ArrayList<>();
        private final List<ProbeListener> probes = new ArrayList<>();
        private Listener listener;
        private int closed;

        @Override
        public Watch open(Endpoint broker, Request request, Listener heard) {
            opened.add(broker);
            requests.add(request);
            listener = heard;
            return () -> closed++;
        }

        @Override
        public void probe(Endpoint broker, long timeoutMs, ProbeListener heard) {
            probes.add(heard);
        }

        private Request lastRequest() {
            return requests.get(requests.size() - 1);
        }
    }

    private void after(long ms) {
        now += TimeUnit.MILLISECONDS.toNanos(ms);
        follower.advance(now);
    }

    private static TopicView topic(int leader, int leaderEpoch) {
        return new TopicView(
                "songs",
                ID,
                List.of(new PartitionView(leader, leaderEpoch, leaderEpoch, List.of(1, 2), List.of(1, 2))),
                Map.of());
    }

    private static MetadataUpdate update(long revision, boolean snapshot, TopicView... topics) {
        return new MetadataUpdate(
                new Point("history", revision),
                snapshot,
                true,
                new MetadataUpdate.Brokers(
                        snapshot
                                ? List.of(new BrokerNode(1, ONE, "", false), new BrokerNode(2, TWO, "", false))
                                : List.of(),
                        List.of()),
                new MetadataUpdate.Topics(List.of(topics), List.of()));
    }

    private void following() {
        follower.follow("songs");
        after(0);
        brokers.listener.updated(update(5, true, topic(1, 0)));
        after(0);
    }

    @Test
    void nothingIsWatchedBeforeSomebodyIsInterested() {
        after(1_000);
        assertThat(brokers.opened).isEmpty();
    }

    @Test
    void aSnapshotThenChangesMakeTheView() {
        following();
        assertThat(follower.isComplete()).isTrue();
        brokers.listener.updated(update(6, false, topic(2, 1)));
        Location where = follower.view().locate(new PartitionName("songs", 0));
        assertThat(where).isEqualTo(new Location(ID, 0, new BrokerNode(2, TWO, "", false), 1));
    }

    @Test
    void aBrokenWatchIsResumedAtOnceElsewhere() {
        following();
        after(5_000);
        Endpoint first = brokers.opened.get(0);
        brokers.listener.broken(GONE);
        after(0);
        assertThat(brokers.opened).hasSize(2);
        assertThat(brokers.opened.get(1)).isNotEqualTo(first);
        assertThat(brokers.lastRequest().resume()).isEqualTo(new Point("history", 5));
    }

    @Test
    void repeatedFailuresPauseLongerEachTime() {
        follower.follow("songs");
        after(0);
        for (int attempt = 1; attempt < 12; attempt++) {
            brokers.listener.broken(GONE);
            after(0);
            assertThat(brokers.opened).as("at once").hasSize(attempt);
            after(1_000);
            assertThat(brokers.opened).as("a second later").hasSize(attempt + 1);
        }
    }

    @Test
    void aSilentBrokerIsLeftWhenASnapshotIsDue() {
        follower.follow("songs");
        after(0);
        after(2_000);
        after(1_000);
        assertThat(brokers.opened).hasSize(2);
        assertThat(brokers.closed).isEqualTo(1);
    }

    @Test
    void aResumedWatchMayBeSilentWhileItsBrokerIsAlive() {
        following();
        after(5_000);
        brokers.listener.broken(GONE);
        after(0);
        after(2_000);
        assertThat(brokers.probes).hasSize(1);
        brokers.probes.get(0).alive();
        after(10_000);
        assertThat(brokers.opened).hasSize(2);
    }

    @Test
    void aResumedWatchOfADeadBrokerIsLeft() {
        following();
        after(5_000);
        brokers.listener.broken(GONE);
        after(0);
        after(2_000);
        brokers.probes.get(0).silent();
        after(0);
        after(1_000);
        assertThat(brokers.opened).hasSize(3);
    }

    @Test
    void doubtProbesASilentBrokerAndLeavesItWhenItDoesNotAnswer() {
        following();
        after(1_000);
        follower.doubt(now);
        after(0);
        assertThat(brokers.probes).hasSize(1);
        brokers.probes.get(0).silent();
        after(0);
        after(1_000);
        assertThat(brokers.opened).hasSize(2);
    }

    @Test
    void doubtThatLastsMovesOnEvenFromALivingBroker() {
        following();
        follower.doubt(now);
        for (int i = 0; i < 8; i++) {
            after(500);
            brokers.probes.forEach(WatchTransport.ProbeListener::alive);
        }
        after(600);
        after(0);
        assertThat(brokers.opened.size()).isGreaterThan(1);
    }

    @Test
    void aTrustedWatchIsLeftInPeace() {
        following();
        follower.doubt(now);
        follower.trust();
        after(60_000);
        assertThat(brokers.probes).isEmpty();
        assertThat(brokers.opened).hasSize(1);
    }

    @Test
    void anotherTopicAsksForASnapshotOfAll() {
        following();
        follower.follow("films");
        assertThat(follower.isComplete()).isFalse();
        after(0);
        assertThat(brokers.lastRequest().topics()).containsExactlyInAnyOrder("films", "songs");
        assertThat(brokers.lastRequest().resume()).isEqualTo(Point.NONE);
        assertThat(follower.view().topic("songs")).as("known meanwhile").isNotNull();
    }

    @Test
    void aSnapshotOfABrokerThatLagsBehindTakesNothingBack() {
        following();
        follower.follow("films");
        after(0);
        brokers.listener.updated(update(4, true));
        assertThat(follower.view().topic("songs")).isNotNull();
        assertThat(follower.isComplete()).isFalse();
        after(0);
        after(1_000);
        assertThat(brokers.opened).hasSize(3);
    }

    @Test
    void anOlderEpochInANewerSnapshotTakesNoLeaderBack() {
        following();
        follower.hint(ID, 0, new io.flotilla.model.error.LeaderHint(2, "two:2", 7));
        brokers.listener.updated(update(6, true, topic(1, 0)));
        assertThat(follower.view().partition(ID, 0).leaderEpoch()).isEqualTo(7);
    }

    @Test
    void aHintCountsOnlyWhenItsEpochIsNewer() {
        following();
        brokers.listener.updated(update(6, false, topic(1, 3)));
        follower.hint(ID, 0, new io.flotilla.model.error.LeaderHint(2, "two:2", 3));
        assertThat(follower.view().partition(ID, 0).leader()).isEqualTo(1);
        follower.hint(ID, 0, new io.flotilla.model.error.LeaderHint(9, "nine:9", 4));
        assertThat(follower.view().leader(ID, 0)).isEqualTo(new BrokerNode(9, new Endpoint("nine", 9), "", false));
    }

    @Test
    void anEmptySnapshotIsNoCluster() {
        follower.follow("songs");
        after(0);
        brokers.listener.updated(new MetadataUpdate(
                new Point("history", 1),
                true,
                true,
                new MetadataUpdate.Brokers(List.of(), List.of()),
                new MetadataUpdate.Topics(List.of(), List.of())));
        assertThat(follower.isComplete()).isFalse();
    }

    @Test
    void aRunIsAppliedAsOne() {
        follower.follow("songs");
        after(0);
        MetadataUpdate whole = update(5, true, topic(1, 0));
        brokers.listener.updated(new MetadataUpdate(
                whole.point(), true, false, whole.brokers(), new MetadataUpdate.Topics(List.of(), List.of())));
        assertThat(follower.view().brokers()).isEmpty();
        brokers.listener.updated(new MetadataUpdate(
                whole.point(), true, true, new MetadataUpdate.Brokers(List.of(), List.of()), whole.topics()));
        assertThat(follower.view().brokers()).hasSize(2);
        assertThat(follower.view().topic("songs")).isNotNull();
    }

    @Test
    void aDeletedTopicLeavesTheView() {
        following();
        brokers.listener.updated(new MetadataUpdate(
                new Point("history", 6),
                false,
                true,
                new MetadataUpdate.Brokers(List.of(), List.of()),
                new MetadataUpdate.Topics(List.of(), List.of(ID))));
        assertThat(follower.view().topic("songs")).isNull();
        assertThat(follower.view().topic(ID)).isNull();
    }
}
