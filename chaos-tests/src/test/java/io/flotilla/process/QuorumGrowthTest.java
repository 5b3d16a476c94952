package io.flotilla.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.QuorumAdmin.Patience;
import io.flotilla.client.QuorumDescription;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One controller becomes three, five, and three again, without the one that founded the quorum, under load. */
@Tag("process")
class QuorumGrowthTest {
    private static final int RECORDS = 500;
    private static final int FIRST_BROKER = 6;
    private static final Duration CHANGE = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestCluster CLUSTER = TestCluster.ofFounders(1, 5, 2);

    @Test
    void theQuorumGrowsAndShrinksWhileTopicsAreMadeAndRecordsAreSent() {
        CLUSTER.createTopic("carried", 2, 2);
        try (AckedLoad load = AckedLoad.on(CLUSTER, "carried")) {
            load.awaitMore(RECORDS);
            add(2);
            add(3);
            CLUSTER.createTopic("of-three", 1, 2);
            add(4);
            add(5);
            assertThat(voters()).containsExactly(1, 2, 3, 4, 5);
            CLUSTER.createTopic("of-five", 1, 2);
            remove(1);
            remove(2);
            assertThat(voters()).containsExactly(3, 4, 5);
            CLUSTER.createTopic("of-three-others", 1, 2);

            // They take it from the log who the voters are: nothing in their files says so.
            List.of(3, 4, 5).forEach(id -> CLUSTER.node(id).kill());
            List.of(3, 4, 5).forEach(id -> CLUSTER.node(id).start());
            CLUSTER.createTopic("after-a-restart", 1, 2);
            assertThat(voters()).containsExactly(3, 4, 5);

            transferTo(
                    voters().stream().filter(id -> id != leader()).findFirst().orElseThrow());
            load.awaitMore(RECORDS);
            load.end();
            AckedLoad.Verdict verdict = load.judge();
            assertThat(verdict.failures()).isEmpty();
            assertThat(verdict).matches(AckedLoad.Verdict::isFlawless, "nothing lost, repeated or reordered");
        }
        assertThat(CLUSTER.admin().listTopics())
                .contains("carried", "of-three", "of-five", "of-three-others", "after-a-restart");
    }

    private static List<Integer> voters() {
        return CLUSTER.admin().describeQuorum().voters().stream()
                .map(QuorumDescription.Node::id)
                .sorted()
                .toList();
    }

    private static int leader() {
        return CLUSTER.admin().describeQuorum().leaderId();
    }

    private static void add(int id) {
        CLUSTER.node(id).start();
        Await.until(
                "node " + id + " is added",
                CHANGE,
                () -> CLUSTER.admin()
                        .quorum()
                        .addController(id, CLUSTER.internal(id), Patience.of(CHANGE))
                        .voters()
                        .contains(id));
    }

    private static void remove(int id) {
        Await.until(
                "node " + id + " is removed",
                CHANGE,
                () -> !voters().contains(id)
                        || !CLUSTER.admin()
                                .quorum()
                                .removeController(id, Patience.of(CHANGE))
                                .voters()
                                .contains(id));
        assertThat(CLUSTER.node(id).awaitExit(CHANGE)).isZero();
        assertThat(CLUSTER.node(id).output()).contains("was removed from the metadata quorum");
    }

    private static void transferTo(int id) {
        Command moved = Command.run(
                "metadata-quorum", "transfer", "--bootstrap-server", CLUSTER.client(FIRST_BROKER), "--to", "" + id);
        assertThat(moved.code()).as(moved.output()).isZero();
        assertThat(moved.output()).contains("node " + id + " leads", "[3, 4, 5]");
        assertThat(leader()).isEqualTo(id);
    }
}
