package io.flotilla.sim.run;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.sim.check.NodeView;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The nodes that are healed in the end: all, or all but one, where nothing depends on that one. */
final class Core {
    private static final int ALL_BUT_ONE_IN = 3;

    private final Cluster cluster;
    private final int topics;

    /** @param topics that there should be; without one of them, it must be made first, which takes all */
    Core(Cluster cluster, int topics) {
        this.cluster = cluster;
        this.topics = topics;
    }

    List<Integer> drawn(Random random) {
        List<Integer> all = cluster.nodes().stream().map(NodeView::id).toList();
        int missing = all.get(random.nextInt(all.size()));
        boolean possible = random.nextInt(ALL_BUT_ONE_IN) == 0
                && cluster.image().topics().byName().size() == topics
                && cluster.partitions().stream().allMatch(partition -> goesWithout(missing, partition));
        return possible ? all.stream().filter(id -> id != missing).toList() : all;
    }

    /** Whether somebody else may lead the partition, and holds what was committed. */
    private boolean goesWithout(int node, PartitionId partition) {
        PartitionState state = cluster.controller().partition(partition).orElseThrow();
        boolean synced = cluster.image()
                .topics()
                .withId(partition.topic())
                .map(TopicImage::settings)
                .filter(settings -> settings.durability() == Durability.SYNCED)
                .isPresent();
        return synced
                && Stream.concat(state.isr().stream(), state.elr().stream())
                        .anyMatch(id -> id != node && !cluster.losses().isDestroyed(id, partition));
    }
}
