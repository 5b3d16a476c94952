package io.flotilla.broker.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.fetcher.ReplicaFetcher.FetcherParts;
import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.metadata.Cluster;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.partition.FollowerPort;
import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicaFetcherTest {
    private static final long MS = 1_000_000L;
    private static final int LEADER = 2;
    private static final PartitionId ORDERS = Cluster.ORDERS_0;
    private static final FetcherSettings SETTINGS =
            new FetcherSettings(1_000, 500 * MS, 2_000 * MS, 10_000 * MS, new Backoff(20 * MS, 500 * MS, 0));

    private final SimulatedLoop loop = new SimulatedLoop();
    private final ScriptedTransport transport = new ScriptedTransport();
    private final Follower follower = new Follower();
    private MetadataImage image = Cluster.threeBrokers();
    private final ReplicaFetcher fetcher = new ReplicaFetcher(new FetcherParts(
            SETTINGS,
            transport,
            new ImagePeers(() -> image, 1, Cluster.run(1)),
            id -> id.equals(ORDERS) ? Optional.of(follower) : Optional.empty(),
            loop,
            loop));

    @Test
    void theFirstQuestionOpensAStreamBetweenTheRegisteredRuns() {
        asks();
        assertThat(transport.last().opening.leaderEpoch()).isEqualTo(2);
        assertThat(transport.last().opening.followerEpoch()).isEqualTo(1);
        assertThat(transport.last().opening.clusterId()).isEqualTo("c1");
    }

    @Test
    void partitionsAskAnewOnceTheLeaderAcceptsTheStream() {
        asks();
        assertThat(transport.last().asked).isEmpty();
        assertThat(follower.streamsOpened).isZero();
        leaderAccepts();
        assertThat(follower.streamsOpened).isEqualTo(1);
        asks();
        assertThat(transport.last().asked).hasSize(1);
        assertThat(transport.streams).hasSize(1);
    }

    @Test
    void partitionsWithTheSameLeaderShareAStream() {
        asks();
        fetcher.ask(LEADER, new PartitionId(Cluster.ORDERS, 1), fetch());
        loop.run();
        assertThat(transport.streams).hasSize(1);
        fetcher.ask(3, new PartitionId(Cluster.ORDERS, 2), fetch());
        loop.run();
        assertThat(transport.streams).hasSize(2);
    }

    @Test
    void aBrokenStreamIsOpenedAgainAndOldAnswersAreDropped() {
        asks();
        ScriptedTransport.Opened first = leaderAccepts();
        first.breaks();
        loop.pass(19);
        assertThat(transport.streams).hasSize(1);
        loop.pass(1);
        assertThat(transport.streams).hasSize(2);
        first.leaderAnswers(ORDERS, 10);
        assertThat(follower.answers).isEmpty();
        leaderAccepts().leaderAnswers(ORDERS, 10);
        assertThat(follower.answers).hasSize(1);
        assertThat(follower.streamsOpened).isEqualTo(2);
    }

    @Test
    void thePauseBetweenAttemptsGrowsUntilOneSucceeds() {
        asks();
        List<Long> pausesMs = new ArrayList<>();
        for (int attempt = 1; attempt <= 7; attempt++) {
            transport.last().breaks();
            pausesMs.add(msUntilAttempt(attempt + 1));
        }
        assertThat(pausesMs).containsExactly(20L, 40L, 80L, 160L, 320L, 500L, 500L);
        leaderAccepts().breaks();
        assertThat(msUntilAttempt(9)).isEqualTo(20);
    }

    @Test
    void aSilentLeaderIsGivenUp() {
        asks();
        ScriptedTransport.Opened first = leaderAccepts();
        loop.pass(1_900);
        assertThat(first.closed).isFalse();
        loop.pass(1_000);
        assertThat(first.closed).isTrue();
        assertThat(transport.streams).hasSize(2);
    }

    @Test
    void aLeaderThatIsSlowToAcceptIsGivenMoreTime() {
        asks();
        ScriptedTransport.Opened first = transport.last();
        loop.pass(9_900);
        assertThat(first.closed).isFalse();
        loop.pass(700);
        assertThat(first.closed).isTrue();
        assertThat(transport.streams).hasSize(2);
    }

    @Test
    void aLeaderThatBeatsIsKeptAndHearsTheFollower() {
        asks();
        ScriptedTransport.Opened first = leaderAccepts();
        for (int second = 0; second < 10; second++) {
            loop.pass(1_000);
            first.leaderBeats();
        }
        assertThat(transport.streams).containsExactly(first);
        assertThat(first.heartbeats).isEqualTo(20);
    }

    @Test
    void anotherRunOfTheLeaderGetsAnotherStream() {
        asks();
        ScriptedTransport.Opened first = leaderAccepts();
        image = Cluster.change(image, new BrokerSet(Cluster.broker(LEADER, 9))).after();
        loop.pass(600);
        assertThat(first.closed).isTrue();
        assertThat(transport.last().opening.leaderEpoch()).isEqualTo(9);
    }

    @Test
    void withoutRegistrationsItWaitsForThem() {
        MetadataImage known = image;
        image = MetadataImage.EMPTY;
        asks();
        loop.pass(100);
        assertThat(transport.streams).isEmpty();
        image = known;
        loop.pass(500);
        assertThat(transport.streams).hasSize(1);
    }

    @Test
    void creditComesBackWhenAnswersAreTaken() {
        asks();
        ScriptedTransport.Opened stream = leaderAccepts();
        follower.holds = true;
        stream.leaderAnswers(ORDERS, 240);
        stream.leaderAnswers(ORDERS, 60);
        assertThat(stream.grantedBytes).isZero();
        follower.held.forEach(Runnable::run);
        assertThat(stream.grantedBytes).isEqualTo(300);
    }

    @Test
    void answersForPartitionsThatAreGoneGiveTheirCreditBack() {
        asks();
        ScriptedTransport.Opened stream = leaderAccepts();
        stream.leaderAnswers(new PartitionId(Cluster.ORDERS, 7), 400);
        assertThat(stream.grantedBytes).isEqualTo(400);
    }

    @Test
    void aStreamThatNobodyWantsIsClosed() {
        asks();
        ScriptedTransport.Opened stream = leaderAccepts();
        fetcher.ask(LEADER, ORDERS, new ReplicaQuestion(5, 4, 1, 0, new ReplicaWish.Stop()));
        assertThat(stream.asked).hasSize(1);
        loop.pass(500);
        assertThat(stream.closed).isTrue();
        stream.breaks();
        loop.pass(5_000);
        assertThat(transport.streams).hasSize(1);
        asks();
        assertThat(transport.streams).hasSize(2);
    }

    @Test
    void closingTheFetcherClosesItsStreams() {
        asks();
        ScriptedTransport.Opened stream = leaderAccepts();
        fetcher.close();
        loop.pass(5_000);
        assertThat(stream.closed).isTrue();
        asks();
        assertThat(transport.streams).hasSize(1);
    }

    private void asks() {
        fetcher.ask(LEADER, ORDERS, fetch());
        loop.run();
    }

    private ScriptedTransport.Opened leaderAccepts() {
        transport.last().leaderBeats();
        loop.run();
        return transport.last();
    }

    private long msUntilAttempt(int count) {
        for (long ms = 0; ms <= 1_000; ms++) {
            if (transport.streams.size() == count) {
                return ms;
            }
            loop.pass(1);
        }
        throw new AssertionError("no attempt " + count + " within a second");
    }

    private static ReplicaQuestion fetch() {
        return new ReplicaQuestion(5, 4, 1, 0, new ReplicaWish.Fetch(0, 0, -1, 0, 1 << 20));
    }

    private static final class Follower implements FollowerPort {
        private final List<ReceivedAnswer> answers = new ArrayList<>();
        private final List<Runnable> held = new ArrayList<>();
        private int streamsOpened;
        private boolean holds;

        @Override
        public void onStreamOpened(int leaderId) {
            assertThat(leaderId).isEqualTo(LEADER);
            streamsOpened++;
        }

        @Override
        public void onAnswer(int leaderId, ReceivedAnswer answer, Runnable taken) {
            answers.add(answer);
            if (holds) {
                held.add(taken);
            } else {
                taken.run();
            }
        }
    }
}
