package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import java.util.Optional;

/** Finds partitions by the names that people use. */
final class NamedPartitions {
    private NamedPartitions() {}

    static Optional<PartitionState> find(MetadataImage image, String topic, int partition) {
        return image.topics().named(topic).flatMap(found -> found.partition(partition));
    }

    /** Why there is no such partition. */
    static FlotillaError missing(MetadataImage image, String topic, int partition) {
        Optional<TopicImage> found = image.topics().named(topic);
        return FlotillaError.notApplied(
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                found.isEmpty()
                        ? "there is no topic named '" + topic + "'"
                        : "topic '" + topic + "' has no partition " + partition + "; it has 0 to "
                                + (found.get().partitions().size() - 1));
    }
}
