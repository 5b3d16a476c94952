package io.flotilla.quorum.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaPlacementTest {
    @ParameterizedTest
    @CsvSource({"1,1,1", "3,3,1", "3,7,2", "3,12,3", "6,100,3", "5,31,4", "9,90,3"})
    void leadersAndReplicasAreEven(int brokers, int partitions, int replicationFactor) {
        for (long seed = 0; seed < 20; seed++) {
            List<List<Integer>> placed =
                    ReplicaPlacement.place(brokers(brokers, 0), partitions, replicationFactor, seed);

            assertThat(placed)
                    .hasSize(partitions)
                    .allSatisfy(replicas ->
                            assertThat(replicas).hasSize(replicationFactor).doesNotHaveDuplicates());
            assertThat(spread(placed, brokers, replicas -> replicas.subList(0, 1)))
                    .as("leaders, seed %d", seed)
                    .isLessThanOrEqualTo(1);
            assertThat(spread(placed, brokers, replicas -> replicas))
                    .as("replicas, seed %d", seed)
                    .isLessThanOrEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"6,3,3", "6,2,2", "9,3,3", "5,2,2", "7,3,3", "6,2,3"})
    void replicasLieInDifferentRacksForAsLongAsThereAreAny(int brokers, int racks, int replicationFactor) {
        for (long seed = 0; seed < 20; seed++) {
            List<List<Integer>> placed = ReplicaPlacement.place(brokers(brokers, racks), 40, replicationFactor, seed);

            assertThat(placed)
                    .as("seed %d", seed)
                    .allSatisfy(replicas -> assertThat(
                                    replicas.stream().map(id -> id % racks).collect(Collectors.toSet()))
                            .hasSize(Math.min(racks, replicationFactor)));
        }
    }

    @Test
    void aLeadersFollowersAreNotAlwaysTheSame() {
        List<List<Integer>> placed = ReplicaPlacement.place(brokers(5, 0), 40, 2, 3);

        Map<Integer, List<Integer>> followers = new TreeMap<>();
        placed.forEach(replicas -> followers
                .computeIfAbsent(replicas.get(0), id -> new ArrayList<>())
                .add(replicas.get(1)));
        assertThat(followers.values())
                .allSatisfy(of -> assertThat(new HashSet<>(of)).hasSizeGreaterThan(2));
    }

    @Test
    void theSameSeedPlacesAlikeAndAnotherElsewhere() {
        assertThat(ReplicaPlacement.place(brokers(6, 3), 9, 3, 5))
                .isEqualTo(ReplicaPlacement.place(brokers(6, 3), 9, 3, 5))
                .isNotEqualTo(ReplicaPlacement.place(brokers(6, 3), 9, 3, 6));
    }

    @Test
    void moreReplicasThanBrokersCannotBePlaced() {
        assertThatThrownBy(() -> ReplicaPlacement.place(brokers(2, 0), 1, 3, 0))
                .hasMessageContaining("3 replicas")
                .hasMessageContaining("2 brokers");
    }

    /** The difference between the broker with the most and the one with the fewest. */
    private static long spread(
            List<List<Integer>> placed, int brokers, Function<List<Integer>, List<Integer>> counted) {
        long[] counts = new long[brokers + 1];
        placed.forEach(replicas -> counted.apply(replicas).forEach(id -> counts[id]++));
        long most = 0;
        long fewest = Long.MAX_VALUE;
        for (int id = 1; id <= brokers; id++) {
            most = Math.max(most, counts[id]);
            fewest = Math.min(fewest, counts[id]);
        }
        return most - fewest;
    }

    /** Brokers 1 to n; with racks, broker i is in rack i modulo their number. */
    private static List<BrokerRegistration> brokers(int count, int racks) {
        List<BrokerRegistration> brokers = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            brokers.add(new BrokerRegistration(
                    id,
                    new IncarnationId(new UUID(0, id)),
                    id,
                    racks == 0 ? Optional.empty() : Optional.of("rack-" + id % racks),
                    Map.of(),
                    FeatureRange.CURRENT,
                    List.of(),
                    false,
                    false));
        }
        return brokers;
    }
}
