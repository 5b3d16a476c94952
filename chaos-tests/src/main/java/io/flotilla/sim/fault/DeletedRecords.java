package io.flotilla.sim.fault;

import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.node.Node;
import java.util.List;

/** Somebody has the oldest records of a partition deleted, and sometimes all that are committed. */
final class DeletedRecords implements Fault {
    @Override
    public String kind() {
        return "records-deleted";
    }

    private static boolean isInternal(Site site, PartitionId partition) {
        return site.image()
                .topics()
                .withId(partition.topic())
                .filter(topic -> InternalTopics.contains(topic.name()))
                .isPresent();
    }

    @Override
    public boolean strike(Site site) {
        List<PartitionId> partitions = site.partitions().stream()
                .filter(partition -> !isInternal(site, partition))
                .toList();
        if (partitions.isEmpty()) {
            return false;
        }
        PartitionId partition = partitions.get(site.random().nextInt(partitions.size()));
        long share = site.random().nextInt(4) == 0 ? 1 : 2 + site.random().nextInt(6);
        for (Node node : site.nodes()) {
            PartitionStatus status = node.replica(partition)
                    .filter(ReplicaView::leadsByController)
                    .flatMap(ReplicaView::status)
                    .orElse(null);
            if (status != null && status.highWatermark() > status.logStart()) {
                long kept = (status.highWatermark() - status.logStart()) * (share - 1) / share;
                return node.deleteRecords(partition, status.highWatermark() - kept, site.between(100, 10_000));
            }
        }
        return false;
    }
}
