package io.flotilla.server;

import io.flotilla.broker.metadata.AppliedMetadata;
import io.flotilla.broker.registration.ProducerIds;
import io.flotilla.broker.rpc.AdminService;
import io.flotilla.broker.rpc.ClusterWatch;
import io.flotilla.broker.rpc.DataPath;
import io.flotilla.broker.rpc.ForwardedCalls;
import io.flotilla.broker.rpc.ImagePartitions;
import io.flotilla.broker.rpc.LogDirQuery;
import io.flotilla.broker.rpc.LogService;
import io.flotilla.broker.rpc.MetadataService;
import io.flotilla.broker.rpc.OwnConfigs;
import io.flotilla.broker.rpc.ProbeService;
import io.flotilla.broker.rpc.QuorumAdminService;
import io.flotilla.broker.rpc.RecordDeletion;
import io.flotilla.broker.rpc.ReplicaComparison;
import io.flotilla.broker.rpc.ReplicationService;
import io.flotilla.broker.rpc.RevisionWait;
import io.flotilla.broker.rpc.RpcSettings;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.server.config.NodeConfig;
import io.grpc.ServerServiceDefinition;
import java.util.List;

/** What a broker serves, by listener. */
final class BrokerServices {
    private final List<ServerServiceDefinition> client;
    private final List<ServerServiceDefinition> internal;

    /** What works behind the services. */
    record Engines(ReplicaEngine replicas, GroupEngine groups) {}

    BrokerServices(BrokerBase base, Engines engines, AppliedMetadata applied, ClusterWatch watch, RpcSettings rpc) {
        ReplicaEngine engine = engines.replicas();
        String listener = BrokerRegistration.CLIENT_LISTENER;
        ForwardedCalls controller = new ForwardedCalls(base.control, base.clock, base.controller);
        ProducerIds producerIds = new ProducerIds(base.control, base.controller, base.run::epoch);
        RevisionWait revisions = new RevisionWait(applied, base.metadataLoop, base.clock);
        this.client = List.of(
                new LogService(path(base, rpc, listener), producerIds::next).definition(),
                new AdminService(
                                new AdminService.Ports(controller, revisions, peers(base), configs(base.config)),
                                listener,
                                base.clock)
                        .definition(),
                new QuorumAdminService(controller, listener, base.clock).definition(),
                new MetadataService(
                                new MetadataService.Ports(applied, revisions, base.clock, watch, controller), listener)
                        .definition(),
                engines.groups().client(controller, revisions, listener));
        this.internal = List.of(
                new ReplicationService(
                                path(base, rpc, BrokerRegistration.INTERNAL_LISTENER),
                                engine.admission(),
                                engine.streams(),
                                new ReplicationService.LogFolders(engine::directories, base.image, base.readers))
                        .definition(),
                engines.groups().internal(engine.admission()),
                new ProbeService(base.config.nodeId(), base.incarnation).bindService());
    }

    private static AdminService.Peers peers(BrokerBase base) {
        return new AdminService.Peers(
                new ReplicaComparison(base.channels, base.image, base.clock),
                new RecordDeletion(base.channels, base.image, base.clock),
                new LogDirQuery(base.channels, base.image, base.clock));
    }

    private static OwnConfigs configs(NodeConfig config) {
        return new OwnConfigs(
                config.nodeId(),
                settings(config.settings()),
                settings(config.storage().logs().ofTopics()));
    }

    private static List<OwnConfigs.Setting> settings(List<NodeConfig.Setting> settings) {
        return settings.stream()
                .map(one -> new OwnConfigs.Setting(one.key(), one.value(), one.given()))
                .toList();
    }

    private static DataPath path(BrokerBase base, RpcSettings rpc, String listener) {
        return new DataPath(
                new ImagePartitions(base.config.nodeId(), base.image, base.registry::find, base.image),
                base.clock,
                base.readers,
                rpc,
                listener);
    }

    List<ServerServiceDefinition> client() {
        return client;
    }

    List<ServerServiceDefinition> internal() {
        return internal;
    }
}
