package io.flotilla.sim.check;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.PartitionState;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Once enough is healed and time has passed, everything works: whoever runs is in service, every replica of the core is
 * in sync, and all logs agree and are committed to their ends.
 */
public final class Liveness implements Predicate {
    private final TreeSet<Integer> core;

    /** @param core the nodes that were healed; the others may stay broken for ever */
    public Liveness(List<Integer> core) {
        this.core = new TreeSet<>(core);
    }

    /** What has not converged yet; empty when everything has. */
    public Optional<String> missing(ClusterView cluster) {
        return brokersAndReplicas(cluster).or(() -> firstOf(cluster, this::ends));
    }

    /** Partitions that must work: enough of their replicas are healed, and not all who may lead are lost. */
    public List<PartitionId> expected(ClusterView cluster) {
        return cluster.partitions().stream()
                .filter(partition -> !wanted(cluster, partition).isEmpty())
                .toList();
    }

    /** What has not converged yet, while there may be load that keeps the logs' ends apart. */
    public Optional<String> brokersAndReplicas(ClusterView cluster) {
        return brokers(cluster).or(() -> firstOf(cluster, this::replicas));
    }

    private static Optional<String> firstOf(
            ClusterView cluster, BiFunction<ClusterView, PartitionId, Optional<String>> look) {
        return cluster.partitions().stream()
                .map(partition -> look.apply(cluster, partition))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> brokers(ClusterView cluster) {
        for (int id : core) {
            NodeView node = cluster.node(id);
            boolean serves = cluster.controller()
                    .image()
                    .brokers()
                    .broker(id)
                    .filter(broker -> !broker.fenced() && !broker.shuttingDown())
                    .map(BrokerRegistration::epoch)
                    .filter(epoch -> epoch == node.brokerEpoch())
                    .isPresent();
            if (!node.running() || !serves) {
                return Optional.of("broker " + id + " is not in service");
            }
        }
        return Optional.empty();
    }

    /** Replicas of the core that should be in sync; none where the core is too small to go on. */
    private List<Integer> wanted(ClusterView cluster, PartitionId partition) {
        PartitionState state = cluster.controller().partition(partition).orElseThrow();
        List<Integer> wanted =
                state.replicaIds().stream().filter(core::contains).toList();
        boolean enough = wanted.size()
                >= Math.min(
                        cluster.controller().minIsr(partition), state.replicas().size());
        return enough && !cluster.losses().mayStall(partition) && !waitsForTheMissing(cluster, partition, state)
                ? wanted
                : List.of();
    }

    /** With a minimum of 1, everybody else may have been left behind by whoever is missing now. */
    private boolean waitsForTheMissing(ClusterView cluster, PartitionId partition, PartitionState state) {
        return !cluster.losses().survivesOne(partition)
                && !core.contains(state.leader())
                && state.isr().stream().noneMatch(core::contains)
                && state.elr().stream().noneMatch(core::contains)
                && state.isr().size() + state.elr().size() > 0;
    }

    private Optional<String> replicas(ClusterView cluster, PartitionId partition) {
        PartitionState state = cluster.controller().partition(partition).orElseThrow();
        List<Integer> wanted = wanted(cluster, partition);
        return wanted.isEmpty() || (state.isr().containsAll(wanted) && core.contains(state.leader()))
                ? Optional.empty()
                : Optional.of("partition " + partition + " has leader " + state.leader() + ", isr " + state.isr()
                        + ", elr " + state.elr() + ", and " + wanted + " should be in sync");
    }

    private Optional<String> ends(ClusterView cluster, PartitionId partition) {
        long end = -1;
        for (int id : wanted(cluster, partition)) {
            Optional<PartitionStatus> status =
                    cluster.node(id).replica(partition).flatMap(ReplicaView::status);
            if (status.isEmpty()) {
                return Optional.of("partition " + partition + " does not run on broker " + id);
            }
            PartitionStatus now = status.get();
            end = end < 0 ? now.logEnd() : end;
            if (now.logEnd() != end || now.highWatermark() != end) {
                return Optional.of("partition " + partition + " ends at " + now.logEnd() + ", committed to "
                        + now.highWatermark() + " on broker " + id + "; another replica ends at " + end);
            }
        }
        return Optional.empty();
    }

    @Override
    public void healed(ClusterView cluster) {
        missing(cluster).ifPresent(what -> check(false, "%s", what));
    }
}
