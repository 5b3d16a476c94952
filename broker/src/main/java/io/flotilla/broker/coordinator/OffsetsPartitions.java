package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.BrokerEndpoints;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import java.util.Optional;
import java.util.function.Supplier;

/** Which partition of the offsets topic keeps a group, and who leads it: its coordinator. Any thread. */
public final class OffsetsPartitions {
    private static final int POSITIVE = 0x7fff_ffff;
    private static final long SOON_MS = 100;

    private final Supplier<MetadataImage> image;
    private final BrokerEndpoints endpoints;

    /** @param image the applied metadata */
    public OffsetsPartitions(Supplier<MetadataImage> image, BrokerEndpoints endpoints) {
        this.image = image;
        this.endpoints = endpoints;
    }

    /** The topic, once somebody has asked for a coordinator. */
    public Optional<TopicImage> topic() {
        return topic(image.get());
    }

    static Optional<TopicImage> topic(MetadataImage image) {
        return image.topics().named(InternalTopics.CONSUMER_OFFSETS);
    }

    /** The partition of a group: Kafka's rule. */
    public static int partitionOf(String group, int partitions) {
        return (group.hashCode() & POSITIVE) % partitions;
    }

    /** The partition of a group, and its state; absent while the topic does not exist. */
    public Optional<Place> placeOf(String group) {
        return topic().flatMap(topic -> {
            int number = partitionOf(group, topic.partitions().size());
            return topic.partition(number).map(state -> new Place(number, state));
        });
    }

    /** Where a group is kept. */
    public record Place(int partition, PartitionState state) {}

    /** Why this broker does not answer for a group that it does not coordinate, with a hint who does. */
    public FlotillaError notCoordinator(String group) {
        Place place = placeOf(group).orElse(null);
        if (place == null) {
            return FlotillaError.notApplied(
                            ErrorCode.COORDINATOR_NOT_AVAILABLE,
                            "group '" + group + "' has no coordinator yet: ask for it with FindCoordinators")
                    .withRetryAfterMs(SOON_MS);
        }
        return notCoordinator("group '" + group + "'", place);
    }

    /** The same for everything that one partition keeps, by this image. */
    FlotillaError notCoordinatorOf(int partition, MetadataImage now) {
        return topic(now)
                .flatMap(topic -> topic.partition(partition))
                .map(state -> notCoordinator("what it keeps", new Place(partition, state)))
                .orElseGet(() -> FlotillaError.notApplied(
                        ErrorCode.NOT_COORDINATOR, "partition " + partition + " of the offsets topic is gone"));
    }

    private FlotillaError notCoordinator(String what, Place place) {
        PartitionState state = place.state();
        String partition = InternalTopics.CONSUMER_OFFSETS + "-" + place.partition();
        if (!state.hasLeader()) {
            return FlotillaError.notApplied(
                            ErrorCode.COORDINATOR_NOT_AVAILABLE,
                            "partition " + partition + ", which coordinates " + what + ", has no leader at the moment")
                    .withRetryAfterMs(SOON_MS);
        }
        LeaderHint hint = new LeaderHint(state.leader(), endpoints.clientEndpoint(state.leader()), state.leaderEpoch());
        return FlotillaError.notApplied(
                        ErrorCode.NOT_COORDINATOR,
                        "the coordinator of " + what + " is broker " + state.leader() + ", which leads " + partition
                                + " in epoch " + state.leaderEpoch())
                .withLeader(hint)
                .withRetryAfterMs(SOON_MS);
    }
}
