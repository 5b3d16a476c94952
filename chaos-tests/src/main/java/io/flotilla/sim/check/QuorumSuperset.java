package io.flotilla.sim.check;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.PartitionState;
import java.util.List;

/**
 * Whoever may be elected is counted by the leader's high watermark: its maximal ISR contains the ISR that it knows, the
 * committed one, and, where the high watermark may move, the committed ELR.
 */
public final class QuorumSuperset implements Predicate {
    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        if (touched.controller()) {
            for (PartitionId partition : cluster.partitions()) {
                cluster.replicas(partition).forEach(replica -> look(cluster, replica));
            }
        } else {
            touched.replicas().forEach(replica -> look(cluster, replica));
        }
    }

    private void look(ClusterView cluster, ReplicaView replica) {
        if (replica.leadsByController()) {
            replica.leadership()
                    .ifPresent(leader -> cluster.controller()
                            .partition(replica.partition())
                            .ifPresent(state -> look(replica, leader, state)));
        }
    }

    private void look(ReplicaView replica, LeaderState leader, PartitionState state) {
        List<Integer> counted = leader.maximalIsr();
        boolean moves = !leader.committed().belowMinIsr();
        check(
                counted.containsAll(leader.committed().isr())
                        && counted.containsAll(state.isr())
                        && (!moves || counted.containsAll(state.elr())),
                "broker %d, leader of %s, counts %s; it knows isr %s, and committed are isr %s and elr %s",
                replica.node().id(),
                replica.partition(),
                counted,
                leader.committed().isr(),
                state.isr(),
                state.elr());
    }
}
