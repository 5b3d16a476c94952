package io.flotilla.quorum.command;

import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * A partition's way to other replicas (KIP-455): the new ones join the old ones, and once every new one is in sync, the
 * ones outside the target leave. Until then the old ones keep their places, so that elections prefer them. A cancelled
 * reassignment is one back to the replicas from before.
 */
final class Reassignment {
    private Reassignment() {}

    /** The replicas that hold a partition, and what is planned with them. */
    record Move(List<Replica> replicas, PartitionPlan plan) {}

    /**
     * Sets the target. Brokers that the target adds come at once; none goes before the end, whatever the target was.
     *
     * @param revision at which new replicas are assigned (R8)
     */
    static Move begin(List<Replica> present, PartitionPlan plan, List<Integer> target, long revision) {
        List<Replica> replicas = new ArrayList<>(present);
        List<Integer> adding = new ArrayList<>(plan.adding());
        for (int id : target) {
            if (present.stream().noneMatch(replica -> replica.brokerId() == id)) {
                replicas.add(new Replica(id, revision));
                adding.add(id);
            }
        }
        return new Move(List.copyOf(replicas), new PartitionPlan(target, adding, plan.nextLeader()));
    }

    /** Takes the steps of a plan that the state allows, and drops what it does not allow any more. */
    static PartitionState advance(PartitionState state, TopicSettings settings, IntPredicate eligible) {
        PartitionState next = state;
        if (state.plan().reassigns() && state.hasLeader() && mayEnd(state, settings)) {
            if (state.plan().target().contains(state.leader())) {
                next = ended(state, settings);
            } else if (!mayTakeOver(state, state.plan().nextLeader(), eligible)
                    || !state.plan().target().contains(state.plan().nextLeader())) {
                next = with(state, state.plan().withNextLeader(successor(state, eligible)));
            }
        }
        return next.plan().movesLeader() && !mayTakeOver(next, next.plan().nextLeader(), eligible)
                ? with(next, next.plan().withNextLeader(PartitionState.NO_LEADER))
                : next;
    }

    /**
     * Whether the ones outside the target can be done without: all that the target has added are in sync, and those
     * that stay are in-sync replicas enough. A small ISR is no reason to end: whoever left it may hold the second copy.
     */
    private static boolean mayEnd(PartitionState state, TopicSettings settings) {
        List<Integer> target = state.plan().target();
        boolean allCame =
                state.plan().adding().stream().filter(target::contains).allMatch(state.isr()::contains);
        long staying = state.isr().stream().filter(target::contains).count();
        return allCame && staying >= settings.minInsyncReplicas(target.size());
    }

    private static boolean mayTakeOver(PartitionState state, int broker, IntPredicate eligible) {
        return state.hasLeader() && broker != state.leader() && state.isr().contains(broker) && eligible.test(broker);
    }

    private static int successor(PartitionState state, IntPredicate eligible) {
        Optional<Integer> first = state.plan().target().stream()
                .filter(id -> mayTakeOver(state, id, eligible))
                .findFirst();
        return first.orElse(PartitionState.NO_LEADER);
    }

    private static PartitionState ended(PartitionState state, TopicSettings settings) {
        List<Integer> target = state.plan().target();
        List<Replica> replicas =
                target.stream().map(id -> state.replica(id).orElseThrow()).toList();
        List<Integer> isr = target.stream().filter(state.isr()::contains).toList();
        List<Integer> elr = isr.size() >= settings.minInsyncReplicas(target.size())
                ? List.of()
                : target.stream().filter(state.elr()::contains).toList();
        int nextLeader =
                target.contains(state.plan().nextLeader()) ? state.plan().nextLeader() : PartitionState.NO_LEADER;
        return new PartitionState(
                replicas,
                isr,
                elr,
                state.leader(),
                state.leaderEpoch(),
                state.partitionEpoch(),
                state.lastKnownLeader(),
                PartitionPlan.NONE.withNextLeader(nextLeader));
    }

    private static PartitionState with(PartitionState state, PartitionPlan plan) {
        return new PartitionState(
                state.replicas(),
                state.isr(),
                state.elr(),
                state.leader(),
                state.leaderEpoch(),
                state.partitionEpoch(),
                state.lastKnownLeader(),
                plan);
    }
}
