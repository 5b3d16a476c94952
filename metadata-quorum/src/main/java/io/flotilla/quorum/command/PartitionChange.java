package io.flotilla.quorum.command;

import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicSettings;
import io.flotilla.quorum.command.Elections.Ballot;
import io.flotilla.quorum.command.Elections.Elected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * One change of one partition: what is wanted goes in, and the next state comes out with its ISR, ELR, leader and
 * epochs as R6 has them. Every change of an existing partition is made here.
 */
final class PartitionChange {
    private final PartitionState old;
    private final IntPredicate eligible;
    private final Set<Integer> distrusted = new TreeSet<>();
    private TopicSettings settings;
    private List<Replica> replicas;
    private PartitionPlan plan;
    private List<Integer> isr;
    private int lastKnownLeader;
    private boolean newLeadership;
    private int notLeader = PartitionState.NO_LEADER;
    private boolean clearElr;
    private boolean evenIfSame;

    /** @param eligible whether a broker may lead once the change is made */
    PartitionChange(PartitionState old, TopicSettings settings, IntPredicate eligible) {
        this.old = old;
        this.settings = settings;
        this.eligible = eligible;
        this.replicas = old.replicas();
        this.plan = old.plan();
        this.isr = old.isr();
        this.lastKnownLeader = old.hasLeader() ? old.leader() : old.lastKnownLeader();
    }

    /** The next state, and how its leader was chosen where it has a new one. */
    record Changed(PartitionState state, Optional<Elections.Kind> election) {}

    /** Wants this ISR. */
    PartitionChange isr(List<Integer> members) {
        isr = List.copyOf(members);
        return this;
    }

    /** The broker leaves the ISR; its log is complete up to here, so it may go to the ELR. */
    PartitionChange leaves(int broker) {
        isr = isr.stream().filter(id -> id != broker).toList();
        return this;
    }

    /** The broker leaves the ISR and the ELR: what it confirmed may be missing from its log. */
    PartitionChange distrusted(int broker) {
        distrusted.add(broker);
        return leaves(broker);
    }

    /** The broker's log is gone: it must not come back as last known leader either. */
    PartitionChange gone(int broker) {
        if (lastKnownLeader == broker) {
            lastKnownLeader = PartitionState.NO_LEADER;
        }
        return distrusted(broker);
    }

    /** The present leadership ends; the same broker may begin another, in a new epoch. */
    PartitionChange endsLeadership() {
        newLeadership = true;
        return this;
    }

    /** The present leader gives way to another. */
    PartitionChange leaderGivesWay() {
        notLeader = old.leader();
        return endsLeadership();
    }

    /** Forgets the eligible leader replicas, unless nobody else could be elected (R7). */
    PartitionChange clearsElr() {
        clearElr = true;
        return this;
    }

    /** Raises the partition epoch even when nothing else changes, which kills late proposals (R4). */
    PartitionChange evenIfSame() {
        evenIfSame = true;
        return this;
    }

    /** The leader is to give way to this broker, once it has drained. */
    PartitionChange plansLeader(int broker) {
        plan = plan.withNextLeader(broker);
        return this;
    }

    /** Where nobody leads, anybody in service may, whatever the topic's config says. */
    PartitionChange electsUnclean() {
        settings = settings.allowingUncleanElection();
        return this;
    }

    /** The partition is to have these replicas in the end; they come with this revision. */
    PartitionChange reassigns(List<Integer> target, long revision) {
        Reassignment.Move move = Reassignment.begin(replicas, plan, target, revision);
        replicas = move.replicas();
        plan = move.plan();
        return this;
    }

    /** The next state; empty when nothing changes. */
    Optional<Changed> build() {
        List<Integer> nextIsr = inReplicaOrder(isr);
        List<Integer> nextElr = nextElr(nextIsr);
        boolean keepsLeader =
                old.hasLeader() && !newLeadership && nextIsr.contains(old.leader()) && eligible.test(old.leader());
        int leader = old.leader();
        Optional<Elections.Kind> election = Optional.empty();
        if (!keepsLeader) {
            Optional<Elected> elected = Elections.elect(new Ballot(
                    candidates(),
                    nextIsr,
                    nextElr,
                    lastKnownLeader,
                    settings,
                    id -> id != notLeader && eligible.test(id)));
            leader = elected.map(Elected::leader).orElse(PartitionState.NO_LEADER);
            nextIsr = elected.map(Elected::isr).orElse(nextIsr);
            nextElr = nextIsr.size() >= minIsr()
                    ? List.of()
                    : elected.map(Elected::elr).orElse(nextElr);
            election = elected.map(Elected::kind);
        }
        boolean leadershipChanges = leader != old.leader() || (newLeadership && old.hasLeader());
        PartitionState next = Reassignment.advance(
                new PartitionState(
                        replicas,
                        nextIsr,
                        nextElr,
                        leader,
                        old.leaderEpoch() + (leadershipChanges ? 1 : 0),
                        old.partitionEpoch(),
                        leader == PartitionState.NO_LEADER ? lastKnownLeader : PartitionState.NO_LEADER,
                        plan),
                settings,
                eligible);
        return next.equals(old) && !evenIfSame
                ? Optional.empty()
                : Optional.of(new Changed(withNextPartitionEpoch(next), election));
    }

    /** In order of preference; first of all whom a planned move has chosen. */
    private List<Integer> candidates() {
        List<Integer> candidates =
                new ArrayList<>(replicas.stream().map(Replica::brokerId).toList());
        if (plan.movesLeader() && candidates.remove(Integer.valueOf(plan.nextLeader()))) {
            candidates.add(0, plan.nextLeader());
        }
        return candidates;
    }

    private int minIsr() {
        return settings.minInsyncReplicas(shape().replicationFactor());
    }

    /** While the ISR is below the minimum the high watermark stands still, so whoever was in ISR or ELR has it all. */
    private List<Integer> nextElr(List<Integer> nextIsr) {
        if (nextIsr.size() >= minIsr() || (clearElr && !nextIsr.isEmpty())) {
            return List.of();
        }
        return replicas.stream()
                .map(Replica::brokerId)
                .filter(id -> old.isr().contains(id) || old.elr().contains(id))
                .filter(id -> !nextIsr.contains(id) && !distrusted.contains(id))
                .toList();
    }

    private List<Integer> inReplicaOrder(List<Integer> members) {
        return replicas.stream()
                .map(Replica::brokerId)
                .filter(members::contains)
                .toList();
    }

    /** The replicas and the plan, for what can be read off them. */
    private PartitionState shape() {
        return new PartitionState(
                replicas, List.of(), List.of(), PartitionState.NO_LEADER, 0, 0, PartitionState.NO_LEADER, plan);
    }

    private static PartitionState withNextPartitionEpoch(PartitionState state) {
        return new PartitionState(
                state.replicas(),
                state.isr(),
                state.elr(),
                state.leader(),
                state.leaderEpoch(),
                state.partitionEpoch() + 1,
                state.lastKnownLeader(),
                state.plan());
    }
}
