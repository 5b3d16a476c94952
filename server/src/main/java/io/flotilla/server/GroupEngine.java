package io.flotilla.server;

import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.broker.coordinator.OffsetsPartitions;
import io.flotilla.broker.coordinator.PartitionShardLogs;
import io.flotilla.broker.group.GroupSettings;
import io.flotilla.broker.group.assignor.RangeAssignor;
import io.flotilla.broker.group.assignor.UniformAssignor;
import io.flotilla.broker.metadata.MetadataListener;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.rpc.CoordinationService;
import io.flotilla.broker.rpc.ForwardedCalls;
import io.flotilla.broker.rpc.GroupQueries;
import io.flotilla.broker.rpc.GroupsService;
import io.flotilla.broker.rpc.OffsetsTopic;
import io.flotilla.broker.rpc.ReplicaAdmission;
import io.flotilla.broker.rpc.RevisionWait;
import io.flotilla.server.config.Groups;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Consumer groups: the loop that owns what this broker coordinates, and its services. Stopped before the partitions.
 */
final class GroupEngine {
    private final BrokerBase base;
    private final OffsetsPartitions places;
    private final PartitionLoop loop;
    private final GroupShards shards;

    GroupEngine(BrokerBase base) {
        this.base = base;
        this.places = new OffsetsPartitions(base.image, base.image);
        this.loop = new PartitionLoop(LoopSettings.defaults(), base.clock);
        this.shards = new GroupShards(
                new GroupShards.Ports(
                        base.config.nodeId(),
                        loop,
                        base.clock,
                        new PartitionShardLogs(base.registry::find, base.readers, base.clock),
                        places),
                settings(base.config.groups()),
                List.of(new UniformAssignor(), new RangeAssignor()));
        base.threads.thread("group-coordinator", loop::run);
    }

    private static GroupSettings settings(Groups groups) {
        return new GroupSettings(
                groups.sessions().timeoutMs(),
                groups.sessions().timeoutMsMin(),
                groups.sessions().timeoutMsMax(),
                groups.sessions().heartbeatMs(),
                groups.initialRebalanceDelayMs(),
                groups.membersMax(),
                groups.offsets().metadataBytesMax(),
                TimeUnit.MINUTES.toMillis(groups.offsets().retentionMinutes()),
                groups.offsets().retentionCheckIntervalMs());
    }

    /** Must hear of the metadata before those who look up coordinators in it. */
    MetadataListener listener() {
        return shards;
    }

    /** What clients call. */
    ServerServiceDefinition client(ForwardedCalls controller, RevisionWait revisions, String listener) {
        Groups.Offsets offsets = base.config.groups().offsets();
        OffsetsTopic topic = new OffsetsTopic(
                controller,
                revisions,
                base.image,
                new OffsetsTopic.Origin(base.clock, UUID::randomUUID),
                new OffsetsTopic.Shape(offsets.partitions(), offsets.replicationFactor()));
        GroupQueries queries = new GroupQueries(base.channels, base.image, places, base.image, base.clock);
        return new GroupsService(
                        new GroupsService.Ports(shards, queries, topic, places, base.image), listener, base.clock)
                .definition();
    }

    /** What other brokers call. */
    ServerServiceDefinition internal(ReplicaAdmission admission) {
        return new CoordinationService(shards, admission).bindService();
    }

    /** Tells members that this broker coordinates nothing any more, and ends the loop. */
    void stop() {
        shards.stop(loop::close);
    }
}
