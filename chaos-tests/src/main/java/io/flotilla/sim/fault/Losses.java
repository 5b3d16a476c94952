package io.flotilla.sim.fault;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.sim.check.LossBudget;
import io.flotilla.sim.check.NodeView;
import io.flotilla.sim.check.Witness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which replicas were destroyed, or lost what was not synced, and have not been complete since; which promises that
 * ends. A replica is complete again when a later run of its broker is in the ISR.
 */
public final class Losses implements LossBudget, Witness {
    private record Replica(PartitionId partition, int node) implements Comparable<Replica> {
        @Override
        public int compareTo(Replica other) {
            int byPartition = partition.compareTo(other.partition);
            return byPartition != 0 ? byPartition : Integer.compare(node, other.node);
        }
    }

    private final Supplier<MetadataImage> committed;
    /** Revision at which each was destroyed. */
    private final TreeMap<Replica, Long> destroyed = new TreeMap<>();
    /** Revision at which each replica of a {@code replicated} topic lost what was not synced. */
    private final TreeMap<Replica, Long> torn = new TreeMap<>();

    /** Replicas with a spoiled batch that nobody may have noticed yet. */
    private final TreeSet<Replica> spoiled = new TreeSet<>();

    private final TreeSet<PartitionId> given = new TreeSet<>();
    private final TreeSet<PartitionId> stalled = new TreeSet<>();
    /** The lowest value that min.insync.replicas ever had. */
    private final Map<PartitionId, Integer> lowestMinIsr = new TreeMap<>();

    public Losses(Supplier<MetadataImage> committed) {
        this.committed = committed;
    }

    @Override
    public boolean mustKeep(PartitionId partition) {
        return !given.contains(partition);
    }

    @Override
    public boolean mayStall(PartitionId partition) {
        return stalled.contains(partition);
    }

    @Override
    public boolean isDestroyed(int node, PartitionId partition) {
        Replica replica = new Replica(partition, node);
        return destroyed.containsKey(replica) || spoiled.contains(replica) || torn.containsKey(replica);
    }

    /** The metadata changed: some may be complete again. */
    public void look() {
        MetadataImage image = committed.get();
        forEachPartition(
                image,
                (id, topic) -> lowestMinIsr.merge(
                        id,
                        topic.settings()
                                .minInsyncReplicas(topic.partition(id.partition())
                                        .orElseThrow()
                                        .replicas()
                                        .size()),
                        Math::min));
        destroyed.entrySet().removeIf(entry -> isComplete(image, entry.getKey(), entry.getValue()));
        torn.entrySet().removeIf(entry -> isComplete(image, entry.getKey(), entry.getValue()));
    }

    private static boolean isComplete(MetadataImage image, Replica replica, long since) {
        return image.topics()
                        .partition(replica.partition())
                        .map(state -> state.isr().contains(replica.node()))
                        .orElse(true)
                && image.brokers()
                        .broker(replica.node())
                        .filter(broker -> broker.epoch() > since)
                        .isPresent();
    }

    private static void forEachPartition(MetadataImage image, BiConsumer<PartitionId, TopicImage> visitor) {
        for (TopicImage topic : image.topics().byName().values()) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                visitor.accept(new PartitionId(topic.id(), number), topic);
            }
        }
    }

    /** Whether every promise stands if the node's replica is destroyed now, on top of those that are. */
    boolean mayDestroy(int node, PartitionId partition) {
        PartitionState state = committed.get().topics().partition(partition).orElse(null);
        if (state == null || state.replica(node).isEmpty()) {
            return true;
        }
        long others = Stream.concat(destroyed.keySet().stream(), spoiled.stream())
                .distinct()
                .filter(replica -> replica.partition().equals(partition) && replica.node() != node)
                .count();
        return others + 1 <= lowestMinIsr.getOrDefault(partition, 1) - 1;
    }

    /** The node's replica of the partition is destroyed. */
    void destroy(int node, PartitionId partition) {
        MetadataImage image = committed.get();
        TopicImage topic = image.topics().withId(partition.topic()).orElse(null);
        if (topic == null) {
            return;
        }
        destroyed.put(new Replica(partition, node), image.revision());
        if (topic.settings().durability() == Durability.REPLICATED) {
            stalled.add(partition);
            tear(node, partition, image);
        }
    }

    /**
     * A batch of the node's replica is spoiled. Nobody notices where it lies below what a start reads; above that a
     * start finds it, and where it was synced, nobody counts on the replica before it is fetched anew.
     */
    void spoil(int node, PartitionId partition) {
        spoiled.add(new Replica(partition, node));
        stalled.add(partition);
    }

    /** What the node's broker should hold by the metadata, whether its disks do or not. */
    List<PartitionId> assigned(int node) {
        List<PartitionId> assigned = new ArrayList<>();
        forEachPartition(committed.get(), (id, topic) -> {
            if (topic.partition(id.partition()).orElseThrow().replica(node).isPresent()) {
                assigned.add(id);
            }
        });
        return assigned;
    }

    @Override
    public void ended(NodeView node, boolean powerLost) {
        MetadataImage image = committed.get();
        forEachPartition(image, (id, topic) -> {
            if (topic.settings().durability() == Durability.REPLICATED
                    && topic.partition(id.partition())
                            .orElseThrow()
                            .replica(node.id())
                            .isPresent()) {
                tear(node.id(), id, image);
            }
        });
    }

    /** Nothing on it is lost, but nobody counts on it any more; too many such replicas leave nobody who may lead. */
    @Override
    public void directoryFailed(NodeView node, List<PartitionId> partitions) {
        for (PartitionId partition : partitions) {
            if (!mayDestroy(node.id(), partition)) {
                stalled.add(partition);
            }
            destroy(node.id(), partition);
        }
    }

    private void tear(int node, PartitionId partition, MetadataImage image) {
        torn.put(new Replica(partition, node), image.revision());
        long together = torn.keySet().stream()
                .filter(replica -> replica.partition().equals(partition))
                .count();
        if (together > lowestMinIsr.getOrDefault(partition, 1) - 1) {
            given.add(partition);
        }
    }
}
