package io.flotilla.sim.fault;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.sim.check.LossBudget;
import io.flotilla.sim.check.NodeView;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Which replicas were destroyed, or lost what was not synced, and have not been complete since; which promises that
 * ends, and for how long. A replica is complete again when the controller counts on a later run of its broker; a
 * partition is, once all of its replicas have been for a while. What is committed from then on must be kept again.
 */
public final class Losses implements LossBudget, Witness {
    /** Longer than a process stands still: nobody is told any more what was true before. */
    private static final long WHOLE_NANOS = 12 * World.SECOND;

    /** What the account is kept by. */
    public interface Sight {
        MetadataImage committed();

        /** What was committed at an earlier revision. */
        Optional<MetadataImage> at(long revision);

        long nowNanos();

        /** Whether the log on the node's disks is whole, as far as the partition is committed. */
        boolean holdsAll(int node, PartitionId partition);

        /** What was committed of the partition so far need not be there; what its leader holds must be. */
        void beginAnew(PartitionId partition);
    }

    private record Replica(PartitionId partition, int node) implements Comparable<Replica> {
        @Override
        public int compareTo(Replica other) {
            int byPartition = partition.compareTo(other.partition);
            return byPartition != 0 ? byPartition : Integer.compare(node, other.node);
        }
    }

    private final Sight sight;
    /** Revision at which each was destroyed. */
    private final TreeMap<Replica, Long> destroyed = new TreeMap<>();
    /** Revision at which each replica of a {@code replicated} topic lost what was not synced. */
    private final TreeMap<Replica, Long> torn = new TreeMap<>();
    /** Revision at which a bit of each was inverted, that nobody may have noticed yet. */
    private final TreeMap<Replica, Long> spoiled = new TreeMap<>();
    /**
     * Those of them that left the ISR since, in the same run of their broker: what is in sync again was fetched anew.
     */
    private final TreeSet<Replica> left = new TreeSet<>();

    private final TreeSet<PartitionId> given = new TreeSet<>();
    private final TreeSet<PartitionId> stalled = new TreeSet<>();
    /** Revision at which each node last lost a disk: what it is given before it runs anew is lost with it. */
    private final Map<Integer, Long> diskLost = new TreeMap<>();
    /** Partitions of which a replica's stored bytes were taken away or changed. */
    private final TreeSet<PartitionId> replaced = new TreeSet<>();
    /** The lowest value that min.insync.replicas had since all replicas were complete. */
    private final Map<PartitionId, Integer> lowestMinIsr = new TreeMap<>();
    /** The value that it has, and the partitions of which it moved since all replicas were complete. */
    private final Map<PartitionId, Integer> minIsr = new TreeMap<>();

    private final TreeSet<PartitionId> minIsrMoved = new TreeSet<>();
    /** Since when all replicas of each are in sync and none has lost anything. */
    private final Map<PartitionId, Long> wholeSince = new TreeMap<>();

    private long givenUp;
    /** Revision that was looked at last. */
    private long looked;

    public Losses(Sight sight) {
        this.sight = sight;
    }

    @Override
    public boolean mustKeep(PartitionId partition) {
        return !given.contains(partition);
    }

    @Override
    public boolean mayStall(PartitionId partition) {
        return stalled.contains(partition) || isLeftWithoutCandidates(partition);
    }

    /**
     * A new minimum emptied the ELR (R7), although those in it were complete, and then the rest of the ISR was lost:
     * one loss, and nobody is left of whom the controller knows that he may lead.
     */
    private boolean isLeftWithoutCandidates(PartitionId partition) {
        return minIsrMoved.contains(partition)
                && lost(partition).findAny().isPresent()
                && sight.committed()
                        .topics()
                        .partition(partition)
                        .filter(state -> !state.hasLeader()
                                && state.isr().isEmpty()
                                && state.elr().isEmpty())
                        .isPresent();
    }

    @Override
    public boolean survivesOne(PartitionId partition) {
        return lowestMinIsr.getOrDefault(partition, 1) > 1;
    }

    /** Whether somebody who may lead may have a spoiled batch: without a scrub nobody hears of it from a reader. */
    public boolean mayServeDamage(PartitionId partition) {
        return sight.committed()
                .topics()
                .partition(partition)
                .filter(state -> Stream.concat(state.isr().stream(), state.elr().stream())
                        .anyMatch(node -> spoiled.containsKey(new Replica(partition, node))))
                .isPresent();
    }

    @Override
    public boolean isDestroyed(int node, PartitionId partition) {
        Replica replica = new Replica(partition, node);
        return destroyed.containsKey(replica) || spoiled.containsKey(replica) || torn.containsKey(replica);
    }

    @Override
    public boolean isReplaced(PartitionId partition) {
        return replaced.contains(partition);
    }

    /** How often more of a partition was destroyed than it promises to survive. */
    public long givenUp() {
        return givenUp;
    }

    /** The metadata or time went on: some may be complete again. */
    public void look() {
        MetadataImage image = sight.committed();
        for (long revision = looked + 1; revision <= image.revision(); revision++) {
            sight.at(revision).ifPresent(this::noteMinima);
        }
        looked = image.revision();
        destroyed.entrySet().removeIf(entry -> isComplete(image, entry.getKey(), entry.getValue()));
        torn.entrySet().removeIf(entry -> isComplete(image, entry.getKey(), entry.getValue()));
        spoiled.keySet().stream().filter(replica -> !isInSync(image, replica)).forEach(left::add);
        spoiled.entrySet()
                .removeIf(entry -> isMended(image, entry.getKey(), entry.getValue())
                        && sight.holdsAll(entry.getKey().node(), entry.getKey().partition()));
        forEachPartition(image, (id, topic) -> {
            PartitionState state = topic.partition(id.partition()).orElseThrow();
            int minIsr = topic.settings().minInsyncReplicas(state.replicas().size());
            if (isWhole(id, state)) {
                long since = wholeSince.computeIfAbsent(id, whole -> sight.nowNanos());
                if (sight.nowNanos() - since >= WHOLE_NANOS) {
                    trust(id, minIsr);
                }
            } else {
                wholeSince.remove(id);
                judge(id);
            }
        });
    }

    /** A new partition counts on runs of brokers that nobody has missed yet; their disks may be gone already. */
    private void countEarlierLosses(MetadataImage image, PartitionId partition, PartitionState state) {
        for (var replica : state.replicas()) {
            Long since = diskLost.get(replica.brokerId());
            boolean sameRun = since != null
                    && image.brokers()
                            .broker(replica.brokerId())
                            .filter(broker -> broker.epoch() <= since)
                            .isPresent();
            if (sameRun) {
                destroyed.put(new Replica(partition, replica.brokerId()), image.revision());
            }
        }
    }

    /** One event may change a minimum and change it back, and what was lost in between was lost under the lower one. */
    private void noteMinima(MetadataImage image) {
        forEachPartition(image, (id, topic) -> {
            PartitionState state = topic.partition(id.partition()).orElseThrow();
            int minimum = topic.settings().minInsyncReplicas(state.replicas().size());
            if (!lowestMinIsr.containsKey(id)) {
                countEarlierLosses(image, id, state);
            }
            lowestMinIsr.merge(id, minimum, Math::min);
            Integer before = minIsr.put(id, minimum);
            if (before != null && before != minimum) {
                minIsrMoved.add(id);
            }
        });
    }

    private boolean isWhole(PartitionId partition, PartitionState state) {
        return state.hasLeader()
                && state.isr().size() == state.replicas().size()
                && state.isr().stream().noneMatch(node -> isDestroyed(node, partition));
    }

    /** All promises stand, on what there is. */
    private void trust(PartitionId partition, int minIsr) {
        lowestMinIsr.put(partition, minIsr);
        minIsrMoved.remove(partition);
        stalled.remove(partition);
        if (given.remove(partition)) {
            sight.beginAnew(partition);
        }
    }

    /** Whether so many are lost that nobody may be left who may lead it, be it that the minimum was lowered since. */
    private void judge(PartitionId partition) {
        if (lost(partition).count() > lostMax(partition)) {
            stalled.add(partition);
            if (torn.keySet().stream().anyMatch(replica -> replica.partition().equals(partition))) {
                giveUp(partition);
            }
        }
    }

    private Stream<Replica> lost(PartitionId partition) {
        return Stream.of(destroyed, spoiled, torn)
                .flatMap(kind -> kind.keySet().stream())
                .distinct()
                .filter(replica -> replica.partition().equals(partition));
    }

    private int lostMax(PartitionId partition) {
        return lowestMinIsr.getOrDefault(partition, 1) - 1;
    }

    private void giveUp(PartitionId partition) {
        wholeSince.remove(partition);
        if (given.add(partition)) {
            givenUp++;
        }
    }

    private boolean isMended(MetadataImage image, Replica replica, long since) {
        return left.contains(replica) ? isInSync(image, replica) : isComplete(image, replica, since);
    }

    /**
     * Whether the controller counts on it again: a later run in service is in the ISR, or may be elected from the ELR.
     */
    private static boolean isComplete(MetadataImage image, Replica replica, long since) {
        boolean later = image.brokers()
                .broker(replica.node())
                .filter(broker -> broker.epoch() > since)
                .isPresent();
        boolean serves = image.brokers()
                .broker(replica.node())
                .filter(broker -> !broker.fenced())
                .isPresent();
        return later && (isInSync(image, replica) || (serves && isEligible(image, replica)));
    }

    private static boolean isEligible(MetadataImage image, Replica replica) {
        return image.topics()
                .partition(replica.partition())
                .filter(state -> state.elr().contains(replica.node()))
                .isPresent();
    }

    private static boolean isInSync(MetadataImage image, Replica replica) {
        return image.topics()
                .partition(replica.partition())
                .map(state -> state.isr().contains(replica.node()))
                .orElse(true);
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
        PartitionState state = sight.committed().topics().partition(partition).orElse(null);
        if (state == null || state.replica(node).isEmpty()) {
            return true;
        }
        long others = lost(partition).filter(replica -> replica.node() != node).count();
        return others + 1 <= lostMax(partition);
    }

    /** The disk with the node's replica of the partition is taken away. */
    void replace(int node, PartitionId partition) {
        diskLost.put(node, sight.committed().revision());
        replaced.add(partition);
        destroy(node, partition);
    }

    private void destroy(int node, PartitionId partition) {
        MetadataImage image = sight.committed();
        TopicImage topic = image.topics().withId(partition.topic()).orElse(null);
        if (topic == null) {
            return;
        }
        destroyed.put(new Replica(partition, node), image.revision());
        wholeSince.remove(partition);
        judge(partition);
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
        replaced.add(partition);
        Replica replica = new Replica(partition, node);
        spoiled.put(replica, sight.committed().revision());
        left.remove(replica);
        judge(partition);
    }

    /** What the node's broker should hold by the metadata, whether its disks do or not. */
    List<PartitionId> assigned(int node) {
        List<PartitionId> assigned = new ArrayList<>();
        forEachPartition(sight.committed(), (id, topic) -> {
            if (topic.partition(id.partition()).orElseThrow().replica(node).isPresent()) {
                assigned.add(id);
            }
        });
        return assigned;
    }

    /** What its next run makes of the files is another matter. */
    @Override
    public void ending(NodeView node) {
        left.removeIf(replica -> replica.node() == node.id());
    }

    @Override
    public void ended(NodeView node, boolean powerLost) {
        MetadataImage image = sight.committed();
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
        partitions.forEach(partition -> destroy(node.id(), partition));
    }

    private void tear(int node, PartitionId partition, MetadataImage image) {
        torn.put(new Replica(partition, node), image.revision());
        wholeSince.remove(partition);
        judge(partition);
    }
}
