package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicPartition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A plan made while partitions move starts from where they go, not from old and new replicas together. */
class CurrentReplicasTest {
    private static final TopicPartition MOVING = new TopicPartition("orders", 0);
    private static final TopicPartition STILL = new TopicPartition("orders", 1);
    private static final Map<TopicPartition, List<Integer>> PRESENT =
            Map.of(MOVING, List.of(1, 2, 3, 4), STILL, List.of(2, 1, 3));
    private static final List<PartitionReassignment> MOVES = List.of(new PartitionReassignment(
            MOVING, List.of(1, 2, 3, 4), List.of(1, 2, 4), List.of(4), List.of(3), List.of(1, 2, 3), 1));

    @Test
    void aSecondDrainKeepsTheReplicationFactor() throws CommandFailure {
        Map<TopicPartition, List<Integer>> wanted = CurrentReplicas.afterMoves(PRESENT, MOVES);

        assertThat(wanted).containsEntry(MOVING, List.of(1, 2, 4)).containsEntry(STILL, List.of(2, 1, 3));
        assertThat(new ReplicaPlan(Map.of(1, "", 2, "", 4, "", 5, "")).empty(3, wanted))
                .containsOnlyKeys(STILL)
                .allSatisfy((partition, replicas) -> assertThat(replicas).hasSize(3));
    }

    @Test
    void whatOneGoesBackToIsFromBeforeTheMove() {
        assertThat(CurrentReplicas.beforeMoves(PRESENT, MOVES))
                .containsEntry(MOVING, List.of(1, 2, 3))
                .containsEntry(STILL, List.of(2, 1, 3));
    }
}
