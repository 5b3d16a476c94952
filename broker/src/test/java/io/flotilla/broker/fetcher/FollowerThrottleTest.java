package io.flotilla.broker.fetcher;

import static io.flotilla.broker.metadata.Cluster.ORDERS;
import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.partition.AnswerHeader;
import io.flotilla.broker.partition.FollowerPort;
import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Replicas that come with a reassignment fetch within the rate; everybody else fetches as always. */
class FollowerThrottleTest {
    private static final int SELF = 3;
    private static final long RATE = 64 << 10;
    private static final int MANY_PARTITIONS = 100;

    private final SimulatedLoop loop = new SimulatedLoop();
    private final List<Asked> asked = new ArrayList<>();
    private MetadataImage image = change(
                    threeBrokers(), orders(coming(List.of(1, 2)), coming(List.of(1, 2)), led(1, 0, 0)))
            .after();
    private final FollowerThrottle throttle = new FollowerThrottle(
            (leader, partition, question) -> asked.add(new Asked(partition.partition(), question)),
            () -> image,
            SELF,
            loop,
            loop);

    private record Asked(int partition, ReplicaQuestion question) {}

    @Test
    void withoutARateNothingIsHeldBack() {
        fetch(0, 0);
        fetch(1, 0);
        answered(0, 1 << 20);
        fetch(0, 1);

        assertThat(partitionsAsked()).containsExactly(0, 1, 0);
        assertThat(maxBytes(0)).isEqualTo(1 << 20);
    }

    @Test
    void whatComesIsSpreadOverTimeForAllReplicasTogether() {
        limit(RATE);

        fetch(0, 0);
        fetch(1, 0);
        assertThat(partitionsAsked()).containsExactly(0);
        assertThat(maxBytes(0)).isEqualTo(FollowerThrottle.FETCH_BYTES_MAX);

        loop.pass(990);
        assertThat(partitionsAsked()).containsExactly(0);
        loop.pass(20);
        assertThat(partitionsAsked()).containsExactly(0, 1);
    }

    @Test
    void whatAFetchDidNotBringIsGivenBack() {
        limit(RATE);
        fetch(0, 0);
        answered(0, 16 << 10);

        fetch(0, 16);
        loop.pass(240);
        assertThat(partitionsAsked()).containsExactly(0);
        loop.pass(20);
        assertThat(partitionsAsked()).containsExactly(0, 0);
    }

    @Test
    void whatAFetchBroughtBesidesIsMadeUpFor() {
        limit(RATE);
        fetch(0, 0);
        answered(0, 128 << 10);

        fetch(0, 128);
        loop.pass(1_990);
        assertThat(partitionsAsked()).containsExactly(0);
        loop.pass(20);
        assertThat(partitionsAsked()).containsExactly(0, 0);
    }

    @Test
    void whatIsGivenBackLetsTheNextGoEarlier() {
        limit(RATE);
        fetch(0, 0);
        fetch(1, 0);
        loop.pass(100);
        assertThat(partitionsAsked()).containsExactly(0);

        answered(0, 0);
        loop.run();
        assertThat(partitionsAsked()).containsExactly(0, 1);
    }

    @Test
    void whoAsksAgainDoesNotWaitForWhatItAskedBefore() {
        limit(RATE);
        fetch(0, 0);
        fetch(0, 0);

        assertThat(partitionsAsked()).containsExactly(0, 0);
    }

    @Test
    void aReplicaThatHasAllThatIsCommittedIsCountedAndNotHeld() {
        limit(1);
        fetch(0, 0);
        committed(0, 40, 1_000);
        fetch(0, 40);
        assertThat(partitionsAsked()).containsExactly(0, 0);

        committed(0, 50, 1_000);
        fetch(0, 49);
        loop.pass(1_900_000);
        assertThat(partitionsAsked()).containsExactly(0, 0);
        loop.pass(200_000);
        assertThat(partitionsAsked()).containsExactly(0, 0, 0);
    }

    @Test
    void whatAnotherLeaderSaidIsCommittedProvesNothing() {
        limit(1);
        fetch(0, 0);
        committed(0, 40, 0);
        throttle.ask(
                1,
                new PartitionId(ORDERS, 1),
                new ReplicaQuestion(0, 4, 1, 0, new ReplicaWish.Fetch(0, 0, 0, 0, 1 << 20)));
        throttle.ask(
                1,
                new PartitionId(ORDERS, 0),
                new ReplicaQuestion(1, 4, 1, 0, new ReplicaWish.Fetch(40, 40, 0, 0, 1 << 20)));

        loop.pass(60_000);
        assertThat(partitionsAsked()).containsExactly(0, 1);
    }

    /** All have endlessly much to fetch: after every second no more has come than the rate allows, nor far less. */
    @Test
    void aHundredReplicasTogetherStayWithinTheRate() {
        PartitionState[] many = new PartitionState[MANY_PARTITIONS];
        Arrays.fill(many, coming(List.of(1, 2)));
        image = change(threeBrokers(), orders(many)).after();
        limit(4 * RATE);
        int[] logEnds = new int[MANY_PARTITIONS];
        for (int partition = 0; partition < MANY_PARTITIONS; partition++) {
            fetch(partition, 0);
        }
        long brought = 0;
        int answeredUpTo = 0;
        for (int second = 1; second <= 60; second++) {
            for (int look = 0; look < 100; look++) {
                loop.pass(10);
                for (int last = asked.size(); answeredUpTo < last; answeredUpTo++) {
                    int partition = asked.get(answeredUpTo).partition();
                    int bytes = 1_000 * (1 + (partition + logEnds[partition]) % 64);
                    brought += bytes;
                    committed(partition, 1_000_000, bytes);
                    fetch(partition, ++logEnds[partition]);
                }
            }
            assertThat(brought).isBetween(second * 4 * RATE / 2, second * 4 * RATE + FollowerThrottle.FETCH_BYTES_MAX);
        }
        assertThat(logEnds).doesNotContain(0);
    }

    @Test
    void aLaterFetchTakesThePlaceOfOneThatWaits() {
        limit(RATE);
        fetch(1, 0);
        fetch(0, 7);
        fetch(0, 9);

        loop.pass(2_000);
        assertThat(partitionsAsked()).containsExactly(1, 0);
        assertThat(((ReplicaWish.Fetch) asked.get(1).question().wish()).logEnd())
                .isEqualTo(9);
    }

    @Test
    void reportsPassAndAStopEndsTheWait() {
        limit(RATE);
        fetch(1, 0);
        fetch(0, 0);

        ask(0, new ReplicaWish.Report(5));
        assertThat(partitionsAsked()).containsExactly(1, 0);
        ask(0, new ReplicaWish.Stop());
        loop.pass(5_000);
        assertThat(partitionsAsked()).containsExactly(1, 0, 0);
    }

    @Test
    void otherFollowersAreNeverHeldBack() {
        limit(1);
        fetch(0, 0);
        fetch(2, 0);
        answered(2, 1 << 20);
        fetch(2, 1);

        assertThat(partitionsAsked()).containsExactly(0, 2, 2);
        assertThat(maxBytes(1)).isEqualTo(1 << 20);
    }

    @Test
    void aReplicaInSyncIsHeldBackNoMore() {
        limit(1);
        fetch(0, 0);
        fetch(1, 0);
        image = change(image, new PartitionSet(ORDERS, 1, coming(List.of(1, 2, SELF))))
                .after();

        loop.pass(300);
        assertThat(partitionsAsked()).containsExactly(0, 1);
    }

    @Test
    void aLiftedRateSetsAllFree() {
        limit(1);
        fetch(0, 0);
        fetch(1, 0);
        image = change(image, new BrokerConfigSet(SELF, "follower.replication.throttled.rate", Optional.empty()))
                .after();

        loop.pass(300);
        assertThat(partitionsAsked()).containsExactly(0, 1);
    }

    private void limit(long rate) {
        image = change(
                        image,
                        new BrokerConfigSet(
                                SELF, "follower.replication.throttled.rate", Optional.of(Long.toString(rate))))
                .after();
    }

    /** Broker 3 comes to brokers 1 and 2. */
    private static PartitionState coming(List<Integer> isr) {
        PartitionState state = led(1, 0, 0);
        return new PartitionState(
                state.replicas(), isr, List.of(), 1, 0, 0, -1, new PartitionPlan(List.of(2, 3), List.of(3), -1));
    }

    private void fetch(int partition, long logEnd) {
        ask(partition, new ReplicaWish.Fetch(logEnd, logEnd, 0, 0, 1 << 20));
    }

    private void ask(int partition, ReplicaWish wish) {
        throttle.ask(1, new PartitionId(ORDERS, partition), new ReplicaQuestion(0, 4, 1, 0, wish));
    }

    /** An answer of a leader far ahead. */
    private void answered(int partition, int bytes) {
        committed(partition, 1 << 20, bytes);
    }

    private void committed(int partition, long highWatermark, int bytes) {
        AnswerHeader header = new AnswerHeader(0, 1, 0, highWatermark, 0, 0, null, null, null);
        throttle.counted(new PartitionId(ORDERS, partition), new FollowerPort() {
                    @Override
                    public void onStreamOpened(int leaderId) {
                        throw new AssertionError("no stream is opened here");
                    }

                    @Override
                    public void onAnswer(int leaderId, ReceivedAnswer answer, Runnable taken) {
                        taken.run();
                    }
                })
                .onAnswer(1, new ReceivedAnswer(header, ByteBuffer.allocate(bytes)), () -> {});
    }

    private List<Integer> partitionsAsked() {
        return asked.stream().map(Asked::partition).toList();
    }

    private int maxBytes(int which) {
        return ((ReplicaWish.Fetch) asked.get(which).question().wish()).maxBytes();
    }
}
