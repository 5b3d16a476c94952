package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A plan to move orders-0 from brokers 1, 2, 3 to 1, 2, 4, and orders-1 from 2, 1, 3 to 2, 1, 5. */
class ReassignmentProgressTest {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final Map<TopicPartition, List<Integer>> plan =
            new TreeMap<>(Map.of(FIRST, List.of(1, 2, 4), SECOND, List.of(2, 1, 5)));
    private final Map<TopicPartition, List<Integer>> present = new TreeMap<>(plan);
    private final List<PartitionReassignment> moves = new ArrayList<>();

    @Test
    void aPartitionThatIsBeingMovedIsNotThereYet() {
        moving(FIRST, List.of(1, 2, 4), 4);

        assertThat(progress().done()).isEqualTo(1);
        assertThat(progress().moving()).isEqualTo(1);
        assertThat(progress().astray()).isEmpty();
        assertThat(progress().state(FIRST)).isEqualTo("moving to [1, 2, 4]; 0 of 1 new replicas are in sync");
        assertThat(progress().state(SECOND)).isEqualTo("done");
    }

    /** Whoever waits for it would wait for ever. */
    @Test
    void aCancelledMoveIsAstrayWhetherItIsBackOrOnItsWay() {
        moving(FIRST, List.of(1, 2, 3), 4);
        present.put(SECOND, List.of(2, 1, 3));

        assertThat(progress().moving()).isZero();
        assertThat(progress().underWay()).isEqualTo(1);
        assertThat(progress().astray()).containsExactly(FIRST, SECOND);
        assertThat(progress().state(SECOND)).isEqualTo("not being moved; its replicas are [2, 1, 3]");
    }

    @Test
    void aDeletedPartitionIsAstray() {
        present.remove(SECOND);

        assertThat(progress().done()).isEqualTo(1);
        assertThat(progress().astray()).containsExactly(SECOND);
        assertThat(progress().state(SECOND)).isEqualTo("there is no such partition");
    }

    @Test
    void aBrokerKeepsItsThrottleWhileAnythingComesToIt() {
        moving(FIRST, List.of(1, 2, 3), 4); // cancelled, and waiting for the old replicas
        moving(new TopicPartition("others", 0), List.of(2, 3), 2);

        assertThat(progress().settledBrokers()).containsExactly(1, 5);
    }

    @Test
    void aBrokerWhereAllIsInSyncNeedsNoThrottle() {
        moves.add(new PartitionReassignment(
                FIRST, List.of(1, 2, 3, 4), List.of(1, 2, 4), List.of(4), List.of(3), List.of(1, 4), 1));

        assertThat(progress().settledBrokers()).containsExactly(1, 2, 4, 5);
    }

    private void moving(TopicPartition partition, List<Integer> target, int adding) {
        moves.add(new PartitionReassignment(
                partition, List.of(1, 2, 3, adding), target, List.of(adding), List.of(), List.of(1, 3), 1));
    }

    private ReassignmentProgress progress() {
        return new ReassignmentProgress(plan, present, moves);
    }
}
