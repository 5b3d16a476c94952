package io.flotilla.model.wire;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerConfigsImage;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.image.TopicSettings;
import io.flotilla.proto.v1.Broker;
import io.flotilla.proto.v1.BrokerFeatures;
import io.flotilla.proto.v1.DescribeFeaturesResponse;
import io.flotilla.proto.v1.Partition;
import io.flotilla.proto.v1.Topic;

/** The metadata as clients see it. */
public final class ClusterViews {
    private ClusterViews() {}

    public static Broker broker(BrokerRegistration broker, BrokerConfigsImage configs) {
        return Broker.newBuilder()
                .setId(broker.brokerId())
                .setEndpoint(broker.listener(BrokerRegistration.CLIENT_LISTENER)
                        .map(Endpoint::toString)
                        .orElse(""))
                .setRack(broker.rack().orElse(""))
                .setFenced(broker.fenced())
                .setEpoch(broker.epoch())
                .setShuttingDown(broker.shuttingDown())
                .setCordoned(configs.cordons(broker.brokerId()))
                .build();
    }

    public static Topic topic(TopicImage topic) {
        TopicSettings settings = topic.settings();
        Topic.Builder message = Topic.newBuilder()
                .setName(topic.name())
                .setId(Ids.bytes(topic.id()))
                .putAllConfigs(topic.configs())
                .setDurability(durability(settings.durability()))
                .setMinInsyncReplicas(settings.minInsyncReplicas());
        for (int number = 0; number < topic.partitions().size(); number++) {
            message.addPartitions(partition(number, topic.partitions().get(number)));
        }
        return message.build();
    }

    public static Partition partition(int number, PartitionState state) {
        return Partition.newBuilder()
                .setIndex(number)
                .setLeader(state.leader())
                .setLeaderEpoch(state.leaderEpoch())
                .setPartitionEpoch(state.partitionEpoch())
                .addAllReplicas(state.replicaIds())
                .addAllIsr(state.isr())
                .addAllElr(state.elr())
                .addAllAdding(state.plan().adding())
                .addAllRemoving(state.removing())
                .build();
    }

    public static io.flotilla.proto.v1.Durability durability(Durability durability) {
        return durability == Durability.SYNCED
                ? io.flotilla.proto.v1.Durability.DURABILITY_SYNCED
                : io.flotilla.proto.v1.Durability.DURABILITY_REPLICATED;
    }

    public static DescribeFeaturesResponse features(MetadataImage image) {
        DescribeFeaturesResponse.Builder response =
                DescribeFeaturesResponse.newBuilder().setLevel(image.featureLevel());
        for (BrokerRegistration broker : image.brokers().all()) {
            response.addBrokers(BrokerFeatures.newBuilder()
                    .setBrokerId(broker.brokerId())
                    .setMinLevel(broker.features().min())
                    .setMaxLevel(broker.features().max()));
        }
        return response.build();
    }
}
