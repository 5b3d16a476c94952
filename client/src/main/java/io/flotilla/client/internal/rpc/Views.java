package io.flotilla.client.internal.rpc;

import io.flotilla.client.internal.routing.BrokerNode;
import io.flotilla.client.internal.routing.MetadataUpdate;
import io.flotilla.client.internal.routing.PartitionView;
import io.flotilla.client.internal.routing.TopicView;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.Broker;
import io.flotilla.proto.v1.Partition;
import io.flotilla.proto.v1.Topic;
import io.flotilla.proto.v1.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/** The cluster's messages as the client's values. */
final class Views {
    private Views() {}

    static MetadataUpdate update(WatchResponse message) {
        return new MetadataUpdate(
                new MetadataUpdate.Point(message.getHistoryId(), message.getRevision()),
                message.getSnapshot(),
                message.getLast(),
                new MetadataUpdate.Brokers(brokers(message.getBrokersList()), message.getRemovedBrokersList()),
                new MetadataUpdate.Topics(
                        message.getTopicsList().stream().map(Views::topic).toList(),
                        message.getRemovedTopicsList().stream().map(Ids::topic).toList()));
    }

    /** The brokers that have an endpoint for clients. */
    static List<BrokerNode> brokers(List<Broker> messages) {
        List<BrokerNode> nodes = new ArrayList<>();
        for (Broker broker : messages) {
            if (!broker.getEndpoint().isEmpty()) {
                nodes.add(new BrokerNode(
                        broker.getId(), Endpoint.parse(broker.getEndpoint()), broker.getRack(), broker.getFenced()));
            }
        }
        return nodes;
    }

    static TopicView topic(Topic message) {
        List<PartitionView> partitions =
                message.getPartitionsList().stream().map(Views::partition).toList();
        return new TopicView(message.getName(), Ids.topic(message.getId()), partitions, message.getConfigsMap());
    }

    private static PartitionView partition(Partition message) {
        return new PartitionView(
                message.getLeader(),
                message.getLeaderEpoch(),
                message.getPartitionEpoch(),
                message.getReplicasList(),
                message.getIsrList());
    }
}
