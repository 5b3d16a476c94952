package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import java.util.Optional;
import java.util.OptionalInt;

/** The committed metadata: what the metadata log, which nobody can fork, decides up to its end. */
public interface ControllerView {
    /** After everything that is committed. */
    MetadataImage image();

    /** After the revision, which is at most that of {@link #image}; empty when it never existed. */
    Optional<MetadataImage> at(long revision);

    /** The partition in {@link #image}. */
    default Optional<PartitionState> partition(PartitionId id) {
        return image().topics().partition(id);
    }

    /** min.insync.replicas of the partition's topic as set; 1 for one that does not exist. */
    default int minIsr(PartitionId id) {
        return image().topics()
                .withId(id.topic())
                .map(topic -> topic.settings().minInsyncReplicas())
                .orElse(1);
    }

    /** Whether this run of the broker is the one registered, and in service. */
    default boolean isServing(int brokerId, long brokerEpoch) {
        return image().brokers()
                .broker(brokerId)
                .filter(broker -> broker.epoch() == brokerEpoch && !broker.fenced())
                .isPresent();
    }

    /** The voter that leads the metadata log, whether it has noticed or not. */
    OptionalInt leader();

    /** Term of the metadata log. */
    long term();
}
