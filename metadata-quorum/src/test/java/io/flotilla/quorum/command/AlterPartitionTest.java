package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.PartitionState;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.PartitionProposalResult;
import io.flotilla.proto.v1.Error;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R5: every check of an ISR proposal, in its order; R4: an accepted one always moves the partition epoch. */
class AlterPartitionTest {
    private final TestCluster cluster = TestCluster.of(3);
    private TopicId topic;

    @BeforeEach
    void threeReplicas() {
        topic = cluster.topic("orders", Map.of(), 1, 2, 3);
    }

    @Test
    void aShrinkAndAnExpansionAreTaken() {
        cluster.shrinkOrExpand(topic, 1, 2);
        assertThat(cluster.partition(topic).isr()).containsExactly(1, 2);

        cluster.shrinkOrExpand(topic, 1, 2, 3);

        assertThat(cluster.partition(topic).isr()).containsExactly(1, 2, 3);
        assertThat(cluster.partition(topic).partitionEpoch()).isEqualTo(2);
        assertThat(cluster.partition(topic).leaderEpoch()).isZero();
    }

    @Test
    void whatAlreadyIsStillMovesThePartitionEpochAndKillsLateCopies() {
        PartitionProposal.Builder late = cluster.proposal(topic, 1, 2);

        cluster.shrinkOrExpand(topic, 1, 2, 3);

        assertThat(cluster.partition(topic).partitionEpoch()).isEqualTo(1);
        assertThat(refusal(1, late)).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
    }

    @Test
    void aShrinkBelowTheMinimumFillsTheElrAndAnExpansionEmptiesIt() {
        cluster.shrinkOrExpand(topic, 1);
        assertThat(cluster.partition(topic).elr()).containsExactly(2, 3);

        cluster.shrinkOrExpand(topic, 1, 3);

        assertThat(cluster.partition(topic).elr()).isEmpty();
    }

    @Test
    void first_aLeaderOfAnEarlierRunIsRefusedAltogether() {
        Command.Builder stale = cluster.alter(1, cluster.proposal(topic, 1, 2));
        cluster.restart(1, true);

        cluster.refused(ErrorCode.STALE_BROKER_EPOCH, stale);
    }

    @Test
    void second_theLeaderEpochMustBeTheCurrentOne() {
        PartitionProposal.Builder old = cluster.proposal(topic, 1, 2).setPartitionEpoch(77);
        cluster.restart(1, true);
        cluster.unfence(1);

        Error refusal = result(1, old).getError();

        assertThat(refusal.getReason()).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH.name());
        assertThat(refusal.getLeader().getBrokerId()).isEqualTo(2);
        assertThat(refusal.getLeader().getEndpoint()).isEqualTo("127.0.0.1:9094");
        assertThat(refusal(2, cluster.proposal(topic, 2).setLeaderEpoch(9))).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void third_onlyTheLeaderProposes() {
        assertThat(refusal(2, cluster.proposal(topic, 2, 3).setPartitionEpoch(77)))
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void fourth_thePartitionEpochIsComparedAndSet() {
        assertThat(refusal(1, cluster.proposal(topic, 1, 9).setPartitionEpoch(77)))
                .isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
    }

    @Test
    void fifth_theIsrIsASubsetOfTheReplicas() {
        cluster.restart(4, false);
        cluster.unfence(4);

        assertThat(refusal(1, cluster.proposal(topic, 2, 4))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(1, cluster.proposal(topic, 1, 1))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void sixth_theIsrContainsTheLeader() {
        cluster.fence(3);

        Error refusal = result(1, cluster.proposal(topic, 2, 3)).getError();

        assertThat(refusal.getReason()).isEqualTo(ErrorCode.INVALID_REQUEST.name());
        assertThat(refusal.getMessage()).contains("without its leader");
    }

    @Test
    void seventh_membersAreNeitherFencedNorOfAnEarlierRunNorJoiningWhileShuttingDown() {
        PartitionProposal.Builder withEarlierRun = cluster.proposal(topic, 1, 2, 3);
        cluster.restart(3, true);
        withEarlierRun.setPartitionEpoch(cluster.partition(topic).partitionEpoch());
        assertThat(refusal(1, cluster.proposal(topic, 1, 2, 3))).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);

        cluster.unfence(3);
        assertThat(refusal(1, withEarlierRun)).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);

        cluster.beginShutdown(3);
        assertThat(refusal(1, cluster.proposal(topic, 1, 2, 3))).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
    }

    @Test
    void aMemberThatShutsDownMayStayUntilItStops() {
        cluster.shrinkOrExpand(topic, 1, 2);
        cluster.beginShutdown(2);
        assertThat(cluster.partition(topic).isr()).containsExactly(1, 2);

        cluster.shrinkOrExpand(topic, 1, 2, 3);

        assertThat(cluster.partition(topic).isr()).containsExactly(1, 2, 3);
    }

    @Test
    void aLeaderResignsInFavourOfAnotherMember() {
        PartitionProposalResult result = result(1, cluster.proposal(topic, 1, 3).setResign(true));

        PartitionState state = cluster.partition(topic);
        assertThat(state.leader()).isEqualTo(3);
        assertThat(state.isr()).containsExactly(1, 3);
        assertThat(result.getLeaderEpoch()).isEqualTo(state.leaderEpoch()).isEqualTo(1);
        assertThat(result.getPartitionEpoch()).isEqualTo(1);
    }

    @Test
    void aLeaderWithoutASuccessorCannotResign() {
        assertThat(refusal(1, cluster.proposal(topic, 1).setResign(true))).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
        assertThat(cluster.partition(topic).leader()).isEqualTo(1);
    }

    @Test
    void oneBadProposalDoesNotSpoilTheOthers() {
        TopicId other = cluster.topic("payments", Map.of(), 1, 2);

        var response = cluster.accepted(
                        cluster.alter(1, cluster.proposal(topic, 1).setLeaderEpoch(9), cluster.proposal(other, 1)))
                .getAlterPartition();

        assertThat(response.getResults(0).hasError()).isTrue();
        assertThat(response.getResults(1).hasError()).isFalse();
        assertThat(response.getRevision()).isEqualTo(cluster.image().revision());
        assertThat(cluster.partition(other).isr()).containsExactly(1);
    }

    private PartitionProposalResult result(int leader, PartitionProposal.Builder proposal) {
        return cluster.accepted(cluster.alter(leader, proposal))
                .getAlterPartition()
                .getResults(0);
    }

    private ErrorCode refusal(int leader, PartitionProposal.Builder proposal) {
        return ErrorCode.ofNumber(result(leader, proposal).getError().getCode());
    }
}
