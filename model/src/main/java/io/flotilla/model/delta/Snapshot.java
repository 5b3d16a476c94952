package io.flotilla.model.delta;

import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.ProducerIdsReserved;
import io.flotilla.model.delta.MetadataRecord.RequestAnswered;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicImage;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** An image as records: replaying them on the empty image gives it back, but for the revision. */
public final class Snapshot {
    private Snapshot() {}

    /** Hands every record of the image to the sink, in an order that can be replayed. */
    public static void records(MetadataImage image, Consumer<MetadataRecord> sink) {
        if (image.bootstrapped()) {
            sink.accept(new ClusterNamed(image.clusterId(), image.historyId()));
            sink.accept(new FeatureLevelSet(image.featureLevel()));
        }
        for (BrokerRegistration broker : image.brokers().all()) {
            sink.accept(new BrokerSet(broker));
        }
        image.brokerConfigs()
                .byBroker()
                .forEach((broker, configs) -> configs.forEach(
                        (key, value) -> sink.accept(new BrokerConfigSet(broker, key, Optional.of(value)))));
        for (TopicImage topic : image.topics().byName().values()) {
            topic(topic, sink);
        }
        sink.accept(new ProducerIdsReserved(image.nextProducerId()));
        for (UUID request : image.requests().oldestFirst()) {
            sink.accept(new RequestAnswered(
                    request, image.requests().answer(request).orElseThrow()));
        }
    }

    private static void topic(TopicImage topic, Consumer<MetadataRecord> sink) {
        sink.accept(new TopicCreated(topic.name(), topic.id()));
        for (Map.Entry<String, String> config : topic.configs().entrySet()) {
            sink.accept(new TopicConfigSet(topic.id(), config.getKey(), Optional.of(config.getValue())));
        }
        for (int partition = 0; partition < topic.partitions().size(); partition++) {
            sink.accept(
                    new PartitionSet(topic.id(), partition, topic.partitions().get(partition)));
        }
    }
}
