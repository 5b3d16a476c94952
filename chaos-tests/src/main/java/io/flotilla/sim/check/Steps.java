package io.flotilla.sim.check;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The committed states of a partition that a leader may have gone through within one event: from the one that it went
 * by before, to the one that it goes by now.
 */
final class Steps {
    private Steps() {}

    /** One of them. */
    record Step(Collection<Integer> isr, int isrSizeMin) {
        boolean belowMinIsr() {
            return isr.size() < isrSizeMin;
        }
    }

    /**
     * Where they begin or end.
     *
     * @param known what the leader goes by
     * @param revision that its node has applied; the leader may still be behind it
     */
    record End(CommittedPartition known, long revision) {}

    /** In order; empty when the leader was shown nothing. */
    static List<Step> between(ClusterView cluster, PartitionId partition, End before, End now) {
        long from = before.revision();
        while (from >= 0 && !matches(cluster, partition, from, before.known())) {
            from--;
        }
        List<Step> steps = new ArrayList<>();
        if (from < 0) {
            return steps; // no state that the metadata ever had: nothing excuses what it does next
        }
        for (long revision = from + 1; revision <= now.revision(); revision++) {
            Optional<PartitionState> state = state(cluster, partition, revision)
                    .filter(found -> found.leaderEpoch() == now.known().leaderEpoch()
                            && found.partitionEpoch() <= now.known().partitionEpoch());
            if (state.isPresent()) {
                steps.add(new Step(state.get().isr(), minIsr(cluster, partition, revision, state.get())));
            }
        }
        return steps;
    }

    private static boolean matches(
            ClusterView cluster, PartitionId partition, long revision, CommittedPartition known) {
        return state(cluster, partition, revision)
                .filter(state -> state.partitionEpoch() == known.partitionEpoch()
                        && minIsr(cluster, partition, revision, state) == known.isrSizeMin())
                .isPresent();
    }

    private static Optional<PartitionState> state(ClusterView cluster, PartitionId partition, long revision) {
        return cluster.controller().at(revision).flatMap(image -> image.topics().partition(partition));
    }

    private static int minIsr(ClusterView cluster, PartitionId partition, long revision, PartitionState state) {
        int replicas = state.replicas().size();
        return cluster.controller()
                .at(revision)
                .map(MetadataImage::topics)
                .flatMap(topics -> topics.withId(partition.topic()))
                .map(topic -> Math.min(replicas, topic.settings().minInsyncReplicas(replicas)))
                .orElse(1);
    }
}
