package io.flotilla.model.image;

import java.util.List;

/**
 * What is being done to a partition on purpose, step by step, besides what failures do to it.
 *
 * @param target the replicas to have in the end, in order of preference; empty while they stay as they are
 * @param adding the replicas that came with the reassignment under way, also those that its target has dropped since
 * @param nextLeader who leads next, once the leader has drained (R14); {@link PartitionState#NO_LEADER} while nobody is
 *     to take over
 */
public record PartitionPlan(List<Integer> target, List<Integer> adding, int nextLeader) {
    /** Nothing is planned. */
    public static final PartitionPlan NONE = new PartitionPlan(List.of(), List.of(), PartitionState.NO_LEADER);

    public PartitionPlan {
        target = List.copyOf(target);
        adding = List.copyOf(adding);
    }

    /** Whether a reassignment is under way. */
    public boolean reassigns() {
        return !target.isEmpty();
    }

    /** Whether the leader is to give way. */
    public boolean movesLeader() {
        return nextLeader != PartitionState.NO_LEADER;
    }

    public PartitionPlan withNextLeader(int broker) {
        return new PartitionPlan(target, adding, broker);
    }
}
