package io.flotilla.broker.rpc;

import io.flotilla.broker.partition.BrokerEndpoints;
import io.flotilla.broker.partition.Partition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds partitions by the applied metadata and the replicas that this broker runs. Safe for any thread when its parts
 * are; holds nothing to close.
 */
public final class ImagePartitions implements Partitions {
    private static final long SOON_MS = 50;

    private final int brokerId;
    private final Supplier<MetadataImage> image;
    private final Function<PartitionId, Optional<Partition>> local;
    private final BrokerEndpoints endpoints;

    /**
     * @param brokerId this broker
     * @param image the applied metadata
     * @param local the replicas that run here
     * @param endpoints for leader hints
     */
    public ImagePartitions(
            int brokerId,
            Supplier<MetadataImage> image,
            Function<PartitionId, Optional<Partition>> local,
            BrokerEndpoints endpoints) {
        this.brokerId = brokerId;
        this.image = image;
        this.local = local;
        this.endpoints = endpoints;
    }

    @Override
    public Partition find(TopicReference reference, int partition) {
        return find(topic(image.get(), reference), partition);
    }

    @Override
    public Partition findToWrite(TopicReference reference, int partition) {
        TopicImage topic = topic(image.get(), reference);
        if (InternalTopics.contains(topic.name())) {
            throw refused(
                    ErrorCode.INVALID_TOPIC_EXCEPTION,
                    "topic " + topic.name() + " is the cluster's own; only brokers write it");
        }
        return find(topic, partition);
    }

    private Partition find(TopicImage topic, int partition) {
        PartitionState state = topic.partition(partition)
                .orElseThrow(() -> refused(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "topic " + topic.name() + " has partitions 0 to "
                                + (topic.partitions().size() - 1) + ", not " + partition));
        PartitionId id = new PartitionId(topic.id(), partition);
        return local.apply(id).orElseThrow(() -> notHere(topic.name() + "-" + partition, state));
    }

    @Override
    public Partition find(PartitionId id) {
        Optional<Partition> here = local.apply(id);
        if (here.isPresent()) {
            return here.get();
        }
        PartitionState state = image.get()
                .topics()
                .partition(id)
                .orElseThrow(() -> soon(ErrorCode.UNKNOWN_TOPIC_ID, "this broker does not know partition " + id));
        throw notHere(id.toString(), state);
    }

    /** The topic that a request means; throws when there is none, or another one by now. */
    static TopicImage topic(MetadataImage image, TopicReference reference) {
        if (reference.id().isEmpty()) {
            return image.topics()
                    .named(reference.name())
                    .orElseThrow(() -> soon(
                            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "topic " + reference.name() + " does not exist"));
        }
        TopicImage topic = image.topics()
                .withId(reference.id().get())
                .orElseThrow(() -> soon(
                        ErrorCode.UNKNOWN_TOPIC_ID,
                        "topic " + reference + " with id " + reference.id().get()
                                + " does not exist: it was deleted, or created anew with another id"));
        if (!reference.name().isEmpty() && !reference.name().equals(topic.name())) {
            throw refused(
                    ErrorCode.UNKNOWN_TOPIC_ID,
                    "topic id " + topic.id() + " belongs to topic " + topic.name() + ", not " + reference.name());
        }
        return topic;
    }

    private FlotillaException notHere(String partition, PartitionState state) {
        if (!state.hasLeader()) {
            return soon(ErrorCode.LEADER_NOT_AVAILABLE, "partition " + partition + " has no leader at the moment");
        }
        if (state.leader() == brokerId) {
            return soon(
                    ErrorCode.LEADER_NOT_AVAILABLE,
                    "partition " + partition + " is led by this broker, whose log of it is being made, or was lost");
        }
        LeaderHint hint = new LeaderHint(state.leader(), endpoints.clientEndpoint(state.leader()), state.leaderEpoch());
        return FlotillaError.notApplied(
                        ErrorCode.NOT_LEADER_OR_FOLLOWER,
                        "partition " + partition + " is led by broker " + state.leader() + " in epoch "
                                + state.leaderEpoch())
                .withLeader(hint)
                .exception();
    }

    private static FlotillaException refused(ErrorCode code, String message) {
        return FlotillaError.notApplied(code, message).exception();
    }

    /** A refusal that may only mean that this broker's metadata lags behind. */
    private static FlotillaException soon(ErrorCode code, String message) {
        return FlotillaError.notApplied(code, message).withRetryAfterMs(SOON_MS).exception();
    }
}
