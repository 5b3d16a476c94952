package io.flotilla.sim.node;

import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.broker.coordinator.OffsetsPartitions;
import io.flotilla.broker.coordinator.PartitionShardLogs;
import io.flotilla.broker.group.GroupSettings;
import io.flotilla.broker.group.assignor.RangeAssignor;
import io.flotilla.broker.group.assignor.UniformAssignor;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.MetadataListener;
import io.flotilla.broker.metadata.ReplicaRegistry;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.rpc.CoordinationService;
import io.flotilla.broker.rpc.ForwardedCalls;
import io.flotilla.broker.rpc.GroupQueries;
import io.flotilla.broker.rpc.GroupsService;
import io.flotilla.broker.rpc.OffsetsTopic;
import io.flotilla.broker.rpc.ReplicaAdmission;
import io.flotilla.broker.rpc.RevisionWait;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.server.AppliedImage;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.TaskThread;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** The groups that a node coordinates, put together as the server does it, with shorter times. */
final class GroupPartsWiring {
    private static final int REPLICAS = 3;

    /** Sessions of 4 s, so that members are missed in a run; offsets of empty groups last for 8 s. */
    private static final GroupSettings SETTINGS =
            new GroupSettings(4_000, 1_000, 60_000, 1_000, 200, 100, 4_096, 8_000, 2_000);

    private final Given given;
    private final int partitions;
    private final PartitionLoop loop;
    private final OffsetsPartitions places;
    private final GroupShards shards;

    /** What it works with; all of one node's process. */
    record Given(
            OsProcess process,
            AppliedImage image,
            ReplicaRegistry registry,
            TaskThread readers,
            GrpcChannels channels) {}

    /** @param partitions that the topic of groups gets, if it is made here */
    GroupPartsWiring(Given given, int partitions) {
        this.given = given;
        this.partitions = partitions;
        OsProcess process = given.process();
        this.loop = new PartitionLoop(LoopSettings.defaults(), process.clock());
        this.places = new OffsetsPartitions(given.image(), given.image());
        this.shards = new GroupShards(
                new GroupShards.Ports(
                        process.node(),
                        loop,
                        process.clock(),
                        new PartitionShardLogs(given.registry()::find, given.readers(), process.clock()),
                        places),
                SETTINGS,
                List.of(new UniformAssignor(), new RangeAssignor()));
    }

    PartitionLoop loop() {
        return loop;
    }

    /** Must hear of the metadata before those who look up coordinators in it. */
    MetadataListener listener() {
        return shards;
    }

    ServerServiceDefinition client(ForwardedCalls controller, RevisionWait revisions) {
        OsProcess process = given.process();
        Random random = process.world()
                .random("topic ids " + process.node() + " " + process.world().nowNanos());
        OffsetsTopic topic = new OffsetsTopic(
                controller,
                revisions,
                given.image(),
                new OffsetsTopic.Origin(process.clock(), () -> new UUID(random.nextLong(), random.nextLong())),
                new OffsetsTopic.Shape(partitions, REPLICAS));
        GroupQueries queries =
                new GroupQueries(given.channels(), given.image(), places, given.image(), process.clock());
        return new GroupsService(
                        new GroupsService.Ports(shards, queries, topic, places, given.image()),
                        BrokerRegistration.CLIENT_LISTENER,
                        process.clock())
                .definition();
    }

    ServerServiceDefinition internal(ReplicaAdmission admission) {
        return new CoordinationService(shards, admission).bindService();
    }

    /** Tells members that this broker coordinates nothing any more; before the partitions stop. */
    void stop() {
        shards.stop(() -> {});
    }
}
