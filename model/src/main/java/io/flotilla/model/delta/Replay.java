package io.flotilla.model.delta;

import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.delta.MetadataRecord.BrokerRemoved;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.ClusterNamed;
import io.flotilla.model.delta.MetadataRecord.FeatureLevelSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.ProducerIdsReserved;
import io.flotilla.model.delta.MetadataRecord.RequestAnswered;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicImage;
import java.util.List;
import java.util.function.UnaryOperator;

/** Applies records to images. */
public final class Replay {
    private Replay() {}

    /** The image after all records, in order; its revision is not touched. */
    public static MetadataImage all(MetadataImage image, List<MetadataRecord> records) {
        MetadataImage current = image;
        for (MetadataRecord record : records) {
            current = one(current, record);
        }
        return current;
    }

    /**
     * The image after one record; its revision is not touched.
     *
     * @throws IllegalArgumentException when the record speaks of a topic that the image does not have
     */
    public static MetadataImage one(MetadataImage image, MetadataRecord record) {
        if (record instanceof PartitionSet set) {
            return onTopic(image, set.topic(), topic -> topic.withPartition(set.partition(), set.state()));
        } else if (record instanceof BrokerSet set) {
            return image.withBrokers(image.brokers().with(set.broker()));
        } else if (record instanceof BrokerRemoved removed) {
            return image.withBrokers(image.brokers().without(removed.brokerId()));
        } else if (record instanceof TopicCreated created) {
            return image.withTopics(image.topics().with(TopicImage.empty(created.name(), created.id())));
        } else if (record instanceof TopicRemoved removed) {
            return image.withTopics(image.topics().without(removed.id()));
        } else if (record instanceof TopicConfigSet set) {
            return onTopic(image, set.topic(), topic -> topic.withConfig(set.key(), set.value()));
        } else if (record instanceof BrokerConfigSet set) {
            return image.withBrokerConfigs(image.brokerConfigs().with(set.brokerId(), set.key(), set.value()));
        } else if (record instanceof ProducerIdsReserved reserved) {
            return image.withNextProducerId(reserved.next());
        } else if (record instanceof RequestAnswered answered) {
            return image.withRequests(image.requests().with(answered.requestId(), answered.answer()));
        } else if (record instanceof FeatureLevelSet set) {
            return image.withFeatureLevel(set.level());
        } else if (record instanceof ClusterNamed named) {
            return image.withCluster(named.clusterId(), named.historyId());
        }
        throw new IllegalArgumentException("unknown record " + record);
    }

    private static MetadataImage onTopic(MetadataImage image, TopicId id, UnaryOperator<TopicImage> change) {
        TopicImage topic = image.topics()
                .withId(id)
                .orElseThrow(() -> new IllegalArgumentException("there is no topic with id " + id));
        return image.withTopics(image.topics().with(change.apply(topic)));
    }
}
