package io.flotilla.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.client.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Where a plan puts replicas: evenly, over racks, and with as few moves as it takes. */
class ReplicaPlanTest {
    @Test
    void whatIsEvenStaysAsItIs() throws CommandFailure {
        Map<TopicPartition, List<Integer>> present = partitions(List.of(1, 2, 3), List.of(2, 3, 1), List.of(3, 1, 2));

        assertThat(new ReplicaPlan(brokers(1, 2, 3)).spread(present)).isEqualTo(present);
    }

    @Test
    void aNewBrokerGetsItsShareAndNothingElseMoves() throws CommandFailure {
        Map<TopicPartition, List<Integer>> present =
                partitions(List.of(1, 2, 3), List.of(2, 3, 1), List.of(3, 1, 2), List.of(1, 3, 2));

        Map<TopicPartition, List<Integer>> plan = new ReplicaPlan(brokers(1, 2, 3, 4)).spread(present);

        assertThat(replicas(plan))
                .allSatisfy((broker, count) -> assertThat(count).isEqualTo(3));
        assertThat(leaders(plan))
                .allSatisfy((broker, count) -> assertThat(count).isEqualTo(1));
        int moved = 0;
        for (Map.Entry<TopicPartition, List<Integer>> partition : plan.entrySet()) {
            assertThat(partition.getValue()).doesNotHaveDuplicates().hasSize(3);
            moved += (int) partition.getValue().stream()
                    .filter(broker -> !present.get(partition.getKey()).contains(broker))
                    .count();
        }
        assertThat(moved).isEqualTo(3);
    }

    @Test
    void anEmptiedBrokerKeepsNothingAndOthersKeepTheirPlaces() throws CommandFailure {
        Map<TopicPartition, List<Integer>> present = partitions(List.of(1, 2), List.of(2, 3), List.of(3, 1));

        Map<TopicPartition, List<Integer>> plan = new ReplicaPlan(brokers(2, 3, 4)).empty(1, present);

        assertThat(plan).containsOnlyKeys(partition(0), partition(2));
        assertThat(plan.get(partition(0))).containsExactly(4, 2);
        assertThat(plan.get(partition(2))).hasSize(2).startsWith(3).doesNotContain(1);
    }

    @Test
    void aReplicaGoesToARackThatItsPartitionDoesNotUse() throws CommandFailure {
        Map<Integer, String> racks = Map.of(2, "a", 3, "a", 4, "b");

        Map<TopicPartition, List<Integer>> plan =
                new ReplicaPlan(racks).empty(1, partitions(List.of(1, 2), List.of(4, 5), List.of(4, 6)));

        assertThat(plan.get(partition(0))).containsExactly(4, 2);
    }

    @Test
    void tooFewBrokersAreNamed() {
        assertThatThrownBy(() -> new ReplicaPlan(brokers(2)).empty(1, partitions(List.of(1, 2))))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("orders-0")
                .hasMessageContaining("[2]");
    }

    private static Map<Integer, String> brokers(int... ids) {
        Map<Integer, String> racks = new TreeMap<>();
        for (int id : ids) {
            racks.put(id, "");
        }
        return racks;
    }

    @SafeVarargs
    private static Map<TopicPartition, List<Integer>> partitions(List<Integer>... replicas) {
        Map<TopicPartition, List<Integer>> partitions = new TreeMap<>();
        for (int number = 0; number < replicas.length; number++) {
            partitions.put(partition(number), replicas[number]);
        }
        return partitions;
    }

    private static TopicPartition partition(int number) {
        return new TopicPartition("orders", number);
    }

    private static Map<Integer, Integer> replicas(Map<TopicPartition, List<Integer>> plan) {
        Map<Integer, Integer> counts = new TreeMap<>();
        plan.values().forEach(all -> all.forEach(broker -> counts.merge(broker, 1, Integer::sum)));
        return counts;
    }

    private static Map<Integer, Integer> leaders(Map<TopicPartition, List<Integer>> plan) {
        Map<Integer, Integer> counts = new TreeMap<>();
        plan.values().forEach(all -> counts.merge(all.get(0), 1, Integer::sum));
        return counts;
    }
}
