package io.flotilla.model.delta;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.PartitionState;
import java.util.Optional;
import java.util.UUID;

/** One change of the metadata: a fact that was decided. Applying records in order is the only way an image changes. */
public sealed interface MetadataRecord {
    /** The cluster got its identity, or after recovery a new history. */
    record ClusterNamed(String clusterId, String historyId) implements MetadataRecord {}

    /** Behaviour is that of this feature level from here on. */
    record FeatureLevelSet(int level) implements MetadataRecord {}

    /** A broker registered, or its registration changed. */
    record BrokerSet(BrokerRegistration broker) implements MetadataRecord {}

    /** A broker's config was set while the cluster runs, or unset when there is no value. */
    record BrokerConfigSet(int brokerId, String key, Optional<String> value) implements MetadataRecord {}

    /** A broker is no longer part of the cluster. */
    record BrokerRemoved(int brokerId) implements MetadataRecord {}

    /** A topic exists; its configs and partitions follow. */
    record TopicCreated(String name, TopicId id) implements MetadataRecord {}

    /** A topic is gone with all that it held. */
    record TopicRemoved(TopicId id) implements MetadataRecord {}

    /** A topic's config was set, or unset when there is no value. */
    record TopicConfigSet(TopicId topic, String key, Optional<String> value) implements MetadataRecord {}

    /** A partition was created or changed; this is its whole state. */
    record PartitionSet(TopicId topic, int partition, PartitionState state) implements MetadataRecord {}

    /** Producer ids below {@code next} are given away. */
    record ProducerIdsReserved(long next) implements MetadataRecord {}

    /** An administrative request was answered. */
    record RequestAnswered(UUID requestId, byte[] answer) implements MetadataRecord {}
}
