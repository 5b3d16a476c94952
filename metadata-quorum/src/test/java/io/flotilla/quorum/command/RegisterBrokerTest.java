package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.PartitionState;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.RegisterBrokerResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** R6: what a new run of a broker ends, and what of its past it keeps. */
class RegisterBrokerTest {
    private static final Map<String, String> SYNCED = Map.of();
    private static final Map<String, String> REPLICATED = Map.of("durability", "replicated");

    private final TestCluster cluster = TestCluster.of(3);

    @Test
    void aBrokerEpochIsTheRevisionOfItsRegistration() {
        long revision = cluster.image().revision() + 1;

        RegisterBrokerResponse response =
                cluster.accepted(TestCluster.register(cluster.newRun(4, false))).getRegisterBroker();

        assertThat(response.getBrokerEpoch()).isEqualTo(revision);
        assertThat(response.getRevision()).isEqualTo(revision);
        assertThat(cluster.image().brokers().broker(4).orElseThrow().fenced()).isTrue();
    }

    @Test
    void aRepeatedRegistrationOfOneRunChangesNothing() {
        RegisterBrokerRequest.Builder request = cluster.newRun(1, true);
        cluster.accepted(TestCluster.register(request));
        cluster.unfence(1);
        long revision = cluster.image().revision();
        long epoch = cluster.epoch(1);

        RegisterBrokerResponse again =
                cluster.accepted(TestCluster.register(request)).getRegisterBroker();

        assertThat(again.getBrokerEpoch()).isEqualTo(epoch);
        assertThat(cluster.image().revision()).isEqualTo(revision);
        assertThat(cluster.image().brokers().eligible(1)).isTrue();
    }

    @Test
    void aNewRunIsFencedAndOutOfEveryIsrAndItsLeadershipEndsInOneRevision() {
        TopicId topic = cluster.topic("orders", SYNCED, 1, 2, 3);
        long revision = cluster.image().revision();

        cluster.restart(1, true);

        assertThat(cluster.image().revision()).isEqualTo(revision + 1);
        assertThat(cluster.image().brokers().eligible(1)).isFalse();
        PartitionState state = cluster.partition(topic);
        assertThat(state.isr()).containsExactly(2, 3);
        assertThat(state.elr()).isEmpty();
        assertThat(state.leader()).isEqualTo(2);
        assertThat(state.leaderEpoch()).isEqualTo(1);
    }

    @Test
    void theOnlyReplicaIsElectedAgainInANewEpochOnceItsNewRunServes() {
        TopicId topic = cluster.topic("orders", SYNCED, 1);

        cluster.restart(1, false);

        assertThat(cluster.partition(topic).leader()).isEqualTo(PartitionState.NO_LEADER);
        assertThat(cluster.partition(topic).elr()).containsExactly(1);
        cluster.unfence(1);
        assertThat(cluster.partition(topic).leader()).isEqualTo(1);
        assertThat(cluster.partition(topic).isr()).containsExactly(1);
        assertThat(cluster.partition(topic).leaderEpoch()).isEqualTo(2);
    }

    @Test
    void whoeverLeavesAnIsrThatFallsBelowTheMinimumGoesToTheElr() {
        TopicId topic = cluster.topic("orders", SYNCED, 1, 2, 3);
        cluster.restart(1, false);
        cluster.restart(2, false);
        assertThat(cluster.partition(topic).isr()).containsExactly(3);
        assertThat(cluster.partition(topic).elr()).containsExactly(2);

        cluster.restart(3, false);

        assertThat(cluster.partition(topic).isr()).isEmpty();
        assertThat(cluster.partition(topic).elr()).containsExactly(2, 3);
        cluster.unfence(1);
        assertThat(cluster.partition(topic).hasLeader()).isFalse();
        cluster.unfence(3);
        assertThat(cluster.partition(topic).leader()).isEqualTo(3);
        assertThat(cluster.partition(topic).isr()).containsExactly(3);
        assertThat(cluster.partition(topic).elr()).containsExactly(2);
    }

    @Test
    void afterAnUncleanStopAReplicatedLogIsNotEligible() {
        TopicId topic = cluster.topic("metrics", REPLICATED, 1, 2);

        cluster.restart(1, false);

        assertThat(cluster.partition(topic).isr()).containsExactly(2);
        assertThat(cluster.partition(topic).elr()).isEmpty();
    }

    @Test
    void afterACleanStopAReplicatedLogIsEligible() {
        TopicId topic = cluster.topic("metrics", REPLICATED, 1, 2);

        cluster.restart(1, true);

        assertThat(cluster.partition(topic).elr()).containsExactly(1);
    }

    @Test
    void aCleanStopThatTheControllerDoesNotRememberCountsAsUnclean() {
        TopicId topic = cluster.topic("metrics", REPLICATED, 1, 2);

        cluster.accepted(TestCluster.register(cluster.newRun(1, true).setPreviousBrokerEpoch(1)));

        assertThat(cluster.partition(topic).elr()).isEmpty();
    }

    @Test
    void anUncleanStopTakesAFencedReplicatedReplicaOutOfTheElrToo() {
        TopicId topic = cluster.topic("metrics", REPLICATED, 1, 2);
        cluster.fence(1);
        assertThat(cluster.partition(topic).elr()).containsExactly(1);

        cluster.restart(1, false);

        assertThat(cluster.partition(topic).elr()).isEmpty();
    }

    @Test
    void withNobodyCompleteLeftTheLastKnownLeaderOfAReplicatedTopicLeadsAndIsCounted() {
        TopicId topic = cluster.topic("metrics", REPLICATED, 1, 2);
        cluster.restart(2, false);
        cluster.restart(1, false);
        assertThat(cluster.partition(topic).isr()).isEmpty();
        assertThat(cluster.partition(topic).elr()).isEmpty();
        cluster.unfence(2);
        assertThat(cluster.partition(topic).hasLeader()).isFalse();

        cluster.unfence(1);

        assertThat(cluster.partition(topic).leader()).isEqualTo(1);
        assertThat(cluster.partition(topic).isr()).containsExactly(1);
        assertThat(cluster.history.get(cluster.history.size() - 1).riskyElections())
                .singleElement()
                .satisfies(risky -> {
                    assertThat(risky.topic()).isEqualTo("metrics");
                    assertThat(risky.election()).isEqualTo(Elections.Kind.LAST_KNOWN);
                });
    }

    @Test
    void anEmptyDiskIsNeverElected() {
        TopicId synced = cluster.topic("orders", SYNCED, 1);
        TopicId replicated = cluster.topic("metrics", REPLICATED, 1);
        cluster.fence(1);
        cluster.wipe(1);

        cluster.restart(1, true);
        cluster.unfence(1);

        assertThat(cluster.partition(synced).hasLeader()).isFalse();
        assertThat(cluster.partition(synced).elr()).isEmpty();
        assertThat(cluster.partition(replicated).hasLeader()).isFalse();
        assertThat(cluster.partition(replicated).lastKnownLeader()).isEqualTo(PartitionState.NO_LEADER);
    }

    @Test
    void aDiskThatWasRolledBackCountsAsEmpty() {
        TopicId topic = cluster.topic("orders", SYNCED, 1, 2);
        cluster.fence(1);
        RegisterBrokerRequest.Builder rolledBack = cluster.newRun(1, true);
        // The image of the disk was taken before the registered run: its mark is gone, the directory's id is not.
        rolledBack.getLogDirsBuilder(0).clearIncarnations().addIncarnations(rolledBack.getIncarnation());

        cluster.accepted(TestCluster.register(rolledBack));

        assertThat(cluster.partition(topic).elr()).isEmpty();
    }

    @Test
    void aSecondProcessWithTheSameIdOnOtherDisksIsRefusedWhileTheFirstServes() {
        BrokerRegistration first = cluster.image().brokers().broker(1).orElseThrow();
        cluster.wipe(1);
        RegisterBrokerRequest.Builder second = cluster.newRun(1, false);

        cluster.refused(ErrorCode.DUPLICATE_BROKER_REGISTRATION, TestCluster.register(second));

        assertThat(cluster.image().brokers().broker(1)).hasValue(first);
        cluster.fence(1);
        cluster.accepted(TestCluster.register(second));
        assertThat(cluster.epoch(1)).isGreaterThan(first.epoch());
    }

    @Test
    void aFastRebootOnTheSameDisksNeedNotWaitForTheSession() {
        long epoch = cluster.epoch(1);

        cluster.accepted(TestCluster.register(cluster.newRun(1, false)));

        assertThat(cluster.epoch(1)).isGreaterThan(epoch);
    }

    @Test
    void strangersAreRefused() {
        cluster.refused(
                ErrorCode.INCONSISTENT_CLUSTER_ID,
                TestCluster.register(cluster.newRun(4, false).setClusterId("c2")));
        cluster.refused(
                ErrorCode.UNSUPPORTED_VERSION,
                TestCluster.register(
                        cluster.newRun(4, false).setFeatureLevelMin(3).setFeatureLevelMax(4)));
        cluster.refused(
                ErrorCode.INVALID_REQUEST,
                TestCluster.register(cluster.newRun(4, false).removeListeners("INTERNAL")));
        cluster.refused(
                ErrorCode.INVALID_REQUEST,
                TestCluster.register(cluster.newRun(4, false).putListeners("CLIENT", "nowhere")));
    }
}
