package io.flotilla.sim.fault;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.PartitionState;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.net.Links;
import io.flotilla.sim.node.Node;
import java.util.List;
import java.util.Optional;

/**
 * A bit of what a follower still has to fetch is inverted on its leader, while both run: the follower is cut off from
 * the leader for a while, and the bit is one of what was written meanwhile. Only where another copy is good.
 */
final class SpoiledLeader implements Fault {
    static final String KIND = "leader-spoiled";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean strike(Site site) {
        List<PartitionId> partitions = site.partitions();
        if (partitions.isEmpty()) {
            return false;
        }
        PartitionId partition = partitions.get(site.random().nextInt(partitions.size()));
        PartitionState state = site.image().topics().partition(partition).orElseThrow();
        Optional<Node> leader = site.nodes().stream()
                .filter(node -> node.id() == state.leader() && node.running())
                .findFirst();
        List<Integer> others =
                state.replicaIds().stream().filter(id -> id != state.leader()).toList();
        if (leader.isEmpty() || others.isEmpty()) {
            return false;
        }
        int follower = others.get(site.random().nextInt(others.size()));
        long behind = site.nodes().stream()
                .filter(node -> node.id() == follower)
                .flatMap(node -> node.replica(partition).stream())
                .mapToLong(replica -> replica.stored().end())
                .findFirst()
                .orElse(0);
        cutOff(site, follower, state.leader(), () -> spoil(site, leader.get(), partition, behind));
        return false; // it counts when the bit is inverted
    }

    /** @param meanwhile happens shortly before they reach each other again */
    private static void cutOff(Site site, int one, int other, Runnable meanwhile) {
        Links links = site.around().network().links();
        links.cut(one, other);
        links.cut(other, one);
        site.mendAfter(site.between(1_000, 8_000), () -> {
            if (!site.isHealed()) {
                meanwhile.run();
            }
            links.join(one, other);
            links.join(other, one);
        });
    }

    private static void spoil(Site site, Node leader, PartitionId partition, long behind) {
        boolean leads =
                leader.replica(partition).filter(ReplicaView::leadsByController).isPresent();
        if (leads
                && site.losses().mayDestroy(leader.id(), partition)
                && leader.drives().stream().anyMatch(drive -> drive.flipBitBehind(partition, behind, site.random()))) {
            site.losses().spoil(leader.id(), partition);
            site.struck(KIND);
            site.around().world().trace().say("fault", "flips a bit of %s behind %d on %s", partition, behind, leader);
        }
    }
}
