package io.flotilla.cli;

import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How far a plan of where partitions go is, at one moment. */
final class ReassignmentProgress {
    private final Map<TopicPartition, List<Integer>> targets;
    private final Map<TopicPartition, List<Integer>> present;
    private final Map<TopicPartition, PartitionReassignment> moves = new TreeMap<>();

    /**
     * @param targets the plan
     * @param present the replicas that there are, by partition; old and new ones together while they are being moved
     * @param moves all that are under way, those of others too; from before {@code present} was asked
     */
    ReassignmentProgress(
            Map<TopicPartition, List<Integer>> targets,
            Map<TopicPartition, List<Integer>> present,
            Collection<PartitionReassignment> moves) {
        this.targets = targets;
        this.present = present;
        moves.forEach(move -> this.moves.put(move.partition(), move));
    }

    /** Partitions that are where they should be. */
    int done() {
        return (int) targets.keySet().stream().filter(this::isDone).count();
    }

    /** Partitions on their way to where they should be. */
    int moving() {
        return (int) targets.entrySet().stream()
                .filter(target -> isMovingTo(target.getKey(), target.getValue()))
                .count();
    }

    /** Partitions of the plan that are being moved, wherever to. */
    int underWay() {
        return (int) targets.keySet().stream().filter(moves::containsKey).count();
    }

    /** Partitions that will not get where they should be: their moves were changed or cancelled, or they are gone. */
    List<TopicPartition> astray() {
        return targets.entrySet().stream()
                .filter(target -> !isDone(target.getKey()) && !isMovingTo(target.getKey(), target.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Brokers of the plan to which nothing comes any more, whoever began it: they need no throttle. */
    Set<Integer> settledBrokers() {
        Set<Integer> brokers = new TreeSet<>();
        targets.values().forEach(brokers::addAll);
        moves.values()
                .forEach(move -> move.adding().stream()
                        .filter(broker -> !move.isr().contains(broker))
                        .forEach(brokers::remove));
        return brokers;
    }

    /** What a partition of the plan is doing, in words. */
    String state(TopicPartition partition) {
        PartitionReassignment move = moves.get(partition);
        List<Integer> replicas = present.get(partition);
        if (move == null) {
            return replicas == null
                    ? "there is no such partition"
                    : isDone(partition) ? "done" : "not being moved; its replicas are " + replicas;
        }
        long wanted = move.adding().stream().filter(move.target()::contains).count();
        long came = move.adding().stream()
                .filter(move.target()::contains)
                .filter(move.isr()::contains)
                .count();
        return "moving to " + move.target() + "; " + came + " of " + wanted + " new replicas are in sync";
    }

    private boolean isDone(TopicPartition partition) {
        List<Integer> target = targets.get(partition);
        return target != null && !moves.containsKey(partition) && target.equals(present.get(partition));
    }

    private boolean isMovingTo(TopicPartition partition, List<Integer> target) {
        PartitionReassignment move = moves.get(partition);
        return move != null && move.target().equals(target);
    }
}
