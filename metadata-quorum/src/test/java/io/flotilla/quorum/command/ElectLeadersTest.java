package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.PartitionState;
import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.BalanceLeadersCommand;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.v1.ElectionResult;
import io.flotilla.proto.v1.ElectionType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Leaders that are elected because somebody asks, or because too many are not the preferred ones. */
class ElectLeadersTest {
    private final TestCluster cluster = TestCluster.of(3);

    @Test
    void aPreferredLeaderIsPlannedAndTakesOverWhenThePresentOneHasDrained() {
        TopicId topic = ledByAnother("orders");
        int epoch = cluster.partition(topic).leaderEpoch();

        ElectionResult result = elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders");

        assertThat(result.getMoving()).isTrue();
        assertThat(result.getLeader()).isEqualTo(1);
        assertThat(cluster.partition(topic).leader()).isEqualTo(2);
        assertThat(cluster.partition(topic).plan().nextLeader()).isEqualTo(1);

        resign(topic);

        assertThat(cluster.partition(topic).leader()).isEqualTo(1);
        assertThat(cluster.partition(topic).leaderEpoch()).isEqualTo(epoch + 1);
        assertThat(cluster.partition(topic).plan().movesLeader()).isFalse();
    }

    @Test
    void aPlannedLeaderThatDiesIsPlannedNoMore() {
        TopicId topic = ledByAnother("orders");
        elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders");

        cluster.fence(1);

        assertThat(cluster.partition(topic).leader()).isEqualTo(2);
        assertThat(cluster.partition(topic).plan().movesLeader()).isFalse();
    }

    @Test
    void aPlannedLeaderLeadsAtOnceWhenThePresentOneDies() {
        TopicId topic = ledByAnother("orders");
        elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders");

        cluster.fence(2);

        assertThat(cluster.partition(topic).leader()).isEqualTo(1);
        assertThat(cluster.partition(topic).plan().movesLeader()).isFalse();
    }

    @Test
    void anElectionThatIsNotNeededOrNotPossibleSaysSo() {
        TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);
        assertThat(elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders")
                        .getError()
                        .getReason())
                .isEqualTo("ELECTION_NOT_NEEDED");

        cluster.fence(1);
        ElectionResult fenced = elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders");
        assertThat(fenced.getError().getReason()).isEqualTo("PREFERRED_LEADER_NOT_AVAILABLE");
        assertThat(fenced.getError().getMessage()).contains("broker 1", "not in service");

        cluster.unfence(1);
        ElectionResult behind = elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders");
        assertThat(behind.getError().getMessage()).contains("not in the ISR [2, 3]");
        assertThat(cluster.partition(topic).plan().movesLeader()).isFalse();

        assertThat(elect(ElectionType.ELECTION_TYPE_UNCLEAN, "orders")
                        .getError()
                        .getReason())
                .isEqualTo("ELECTION_NOT_NEEDED");
        assertThat(elect(ElectionType.ELECTION_TYPE_PREFERRED, "nowhere")
                        .getError()
                        .getReason())
                .isEqualTo("UNKNOWN_TOPIC_OR_PARTITION");
    }

    @Test
    void anUncleanElectionLetsAnybodyLeadAndIsCounted() {
        TopicId topic = cluster.topic("orders", Map.of(), 1, 2, 3);
        cluster.shrinkOrExpand(topic, 1, 2);
        cluster.fence(1, 2);
        assertThat(cluster.partition(topic).leader()).isEqualTo(PartitionState.NO_LEADER);
        int before = cluster.history.size();

        assertThat(elect(ElectionType.ELECTION_TYPE_PREFERRED, "orders")
                        .getError()
                        .getReason())
                .isEqualTo("PREFERRED_LEADER_NOT_AVAILABLE");
        ElectionResult result = elect(ElectionType.ELECTION_TYPE_UNCLEAN, "orders");

        assertThat(result.hasError()).isFalse();
        assertThat(result.getLeader()).isEqualTo(3);
        assertThat(cluster.partition(topic).isr()).containsExactly(3);
        assertThat(cluster.history).hasSize(before + 1);
        assertThat(cluster.history.get(before).riskyElections())
                .singleElement()
                .satisfies(risky -> assertThat(risky.election()).isEqualTo(Elections.Kind.UNCLEAN));
    }

    @Test
    void anUncleanElectionWithoutAnyBrokerSaysSo() {
        cluster.topic("orders", Map.of(), 1, 2);
        cluster.fence(1, 2);

        assertThat(elect(ElectionType.ELECTION_TYPE_UNCLEAN, "orders")
                        .getError()
                        .getReason())
                .isEqualTo("ELIGIBLE_LEADERS_NOT_AVAILABLE");
    }

    @Test
    void anElectionOfNothingIsRefused() {
        AdministrativeOperation.Builder nothing = Operations.elect(ElectionType.ELECTION_TYPE_UNCLEAN);
        nothing.getElectLeadersBuilder().setEveryPartition(false);

        cluster.refused(ErrorCode.INVALID_REQUEST, Operations.command(nothing));
    }

    @Test
    void anElectionOfAllAnswersOnlyWhatItChanges() {
        cluster.topic("asc", Map.of(), 1, 2, 3);
        TopicId moved = ledByAnother("orders");
        cluster.shrinkOrExpand(
                cluster.image().topics().named("asc").orElseThrow().id(), 1, 2, 3);

        List<ElectionResult> results = Operations.run(cluster, Operations.elect(ElectionType.ELECTION_TYPE_PREFERRED))
                .getElectLeaders()
                .getResultsList();

        assertThat(results).extracting(ElectionResult::getTopic).contains("orders");
        assertThat(results).allSatisfy(result -> assertThat(result.getMoving()).isTrue());
        assertThat(cluster.partition(moved).plan().nextLeader()).isEqualTo(1);
    }

    @Test
    void leadersAreBalancedOnlyWhereTooManyAreElsewhereAndAFewAtATime() {
        TopicId one = ledByAnother("one");
        TopicId two = ledByAnother("two");

        balance(100, 10);
        assertThat(cluster.partition(one).plan().movesLeader()).isFalse();

        balance(10, 1);
        assertThat(cluster.partition(one).plan().nextLeader()).isEqualTo(1);
        assertThat(cluster.partition(two).plan().movesLeader()).isFalse();

        balance(10, 1);
        assertThat(cluster.partition(two).plan().movesLeader())
                .as("one move is under way")
                .isFalse();

        resign(one);
        balance(10, 1);
        assertThat(cluster.partition(two).plan().nextLeader()).isEqualTo(1);
    }

    @Test
    void nothingIsProposedWhereNothingWouldMove() {
        cluster.topic("orders", Map.of(), 1, 2, 3);
        BalanceLeadersCommand limits =
                BalanceLeadersCommand.newBuilder().setMovesMax(10).build();

        assertThat(BalanceLeaders.proposal(cluster.image(), limits)).isEmpty();
        ledByAnother("payments");
        assertThat(BalanceLeaders.proposal(cluster.image(), limits)).isPresent();
    }

    private void balance(int percent, int moves) {
        cluster.accepted(Command.newBuilder()
                .setBalanceLeaders(BalanceLeadersCommand.newBuilder()
                        .setImbalancePercentMax(percent)
                        .setMovesMax(moves)));
    }

    /** Broker 1 should lead, was away, and is in sync again; broker 2 leads. */
    private TopicId ledByAnother(String name) {
        TopicId topic = cluster.topic(name, Map.of(), 1, 2, 3);
        cluster.fence(1);
        cluster.unfence(1);
        cluster.image().topics().byName().values().forEach(each -> cluster.shrinkOrExpand(each.id(), 1, 2, 3));
        assertThat(cluster.partition(topic).leader()).isEqualTo(2);
        return topic;
    }

    private void resign(TopicId topic) {
        PartitionState state = cluster.partition(topic);
        cluster.accepted(cluster.alter(
                state.leader(),
                cluster.proposal(topic, state.isr().toArray(Integer[]::new)).setResign(true)));
    }

    private ElectionResult elect(ElectionType type, String topic) {
        return Operations.run(cluster, Operations.elect(type, topic))
                .getElectLeaders()
                .getResults(0);
    }
}
