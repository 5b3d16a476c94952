package io.flotilla.broker.rpc;

import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.ClusterViews;
import io.flotilla.proto.v1.WatchResponse;
import java.util.Iterator;
import java.util.function.Predicate;

/** One image in messages of bounded size, made as they are sent. Owned by its watcher. */
final class WatchSnapshot {
    /** Keeps a message far below the 4 MiB that stock clients accept. */
    private static final int PARTITIONS_MAX = 5_000;

    private static final int TOPICS_MAX = 1_000;

    private final MetadataImage image;
    private final Iterator<TopicImage> topics;
    private boolean started;

    WatchSnapshot(MetadataImage image, Predicate<String> followed) {
        this.image = image;
        this.topics = image.topics().byName().values().stream()
                .filter(topic -> followed.test(topic.name()))
                .iterator();
    }

    /** The next message; the one that says so is the last. */
    WatchResponse next(int controllerId) {
        WatchResponse.Builder message = WatchStep.response(image, controllerId).setSnapshot(true);
        if (!started) {
            started = true;
            for (BrokerRegistration broker : image.brokers().all()) {
                message.addBrokers(ClusterViews.broker(broker, image.brokerConfigs()));
            }
        }
        int partitions = 0;
        while (topics.hasNext() && message.getTopicsCount() < TOPICS_MAX && partitions < PARTITIONS_MAX) {
            TopicImage topic = topics.next();
            partitions += topic.partitions().size();
            message.addTopics(ClusterViews.topic(topic));
        }
        return message.setLast(!topics.hasNext()).build();
    }

    long revision() {
        return image.revision();
    }
}
