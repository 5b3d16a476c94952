package io.flotilla.broker.rpc;

import io.flotilla.model.call.CallContext;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsResponse;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.NewTopic;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the topic of consumer groups made when a coordinator is first asked for. Whoever asks meanwhile, here or at
 * another broker, gets the same one: topics have one name, and the controller decides. Any thread.
 */
public final class OffsetsTopic {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetsTopic.class);
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long RETRY_MS = 500;
    private static final String SEGMENT_BYTES = Integer.toString(100 << 20);
    /** Room for the records of one decision, which must not be torn: what a batch may have at most. */
    private static final String BATCH_BYTES = Integer.toString(16 << 20);

    private final ForwardedCalls controller;
    private final RevisionWait revisions;
    private final Supplier<MetadataImage> image;
    private final Origin origin;
    private final Shape shape;
    private final AtomicReference<@Nullable CompletableFuture<MetadataImage>> underWay = new AtomicReference<>();

    /**
     * How the topic is to be, if it is made here.
     *
     * @param partitions 1 or more, for ever
     * @param replicationFactor 0 means min(3, brokers)
     */
    public record Shape(int partitions, int replicationFactor) {}

    /**
     * Where times and ids come from.
     *
     * @param ids fresh at each call, and nobody else's
     */
    public record Origin(Clock clock, Supplier<UUID> ids) {}

    /** @param image the applied metadata */
    public OffsetsTopic(
            ForwardedCalls controller,
            RevisionWait revisions,
            Supplier<MetadataImage> image,
            Origin origin,
            Shape shape) {
        this.controller = controller;
        this.revisions = revisions;
        this.image = image;
        this.origin = origin;
        this.shape = shape;
    }

    /** An image that has the topic; fails with COORDINATOR_NOT_AVAILABLE, not applied, while it cannot be made. */
    CompletionStage<MetadataImage> present() {
        MetadataImage now = image.get();
        if (isIn(now)) {
            return CompletableFuture.completedFuture(now);
        }
        CompletableFuture<MetadataImage> mine = new CompletableFuture<>();
        CompletableFuture<MetadataImage> others = underWay.compareAndExchange(null, mine);
        if (others != null) {
            return others;
        }
        var unused = make().whenComplete((made, failure) -> {
            underWay.set(null);
            if (failure == null) {
                mine.complete(made);
            } else {
                mine.completeExceptionally(unavailable(failure).exception());
            }
        });
        return mine;
    }

    private static boolean isIn(MetadataImage image) {
        return image.topics().named(InternalTopics.CONSUMER_OFFSETS).isPresent();
    }

    private CompletionStage<MetadataImage> make() {
        CallContext caller = CallContexts.until(
                CallContext.internal("group-coordinator"), origin.clock().nanos() + PATIENCE_NANOS);
        ControllerServiceCreateTopicsRequest request = ControllerServiceCreateTopicsRequest.newBuilder()
                .setContext(AdminService.message(caller))
                .setRequest(CreateTopicsRequest.newBuilder()
                        .setRequestId(Ids.bytes(new TopicId(origin.ids().get())))
                        .addTopics(NewTopic.newBuilder()
                                .setName(InternalTopics.CONSUMER_OFFSETS)
                                .setPartitions(shape.partitions())
                                .setReplicationFactor(shape.replicationFactor())
                                .putAllConfigs(configs())))
                .build();
        return controller
                .forward(caller, stub -> stub.createTopics(request))
                .thenApply(ControllerServiceCreateTopicsResponse::getResponse)
                .thenCompose(answer -> revisions.reached(revision(answer), caller));
    }

    /** Kept for ever, of each key the last record; synced, whatever new topics get. */
    static Map<String, String> configs() {
        return new TreeMap<>(Map.of(
                TopicConfigKey.CLEANUP_POLICY.key(), "compact",
                TopicConfigKey.DURABILITY.key(), "synced",
                TopicConfigKey.RETENTION_MS.key(), "-1",
                TopicConfigKey.RETENTION_BYTES.key(), "-1",
                TopicConfigKey.SEGMENT_BYTES.key(), SEGMENT_BYTES,
                TopicConfigKey.MAX_MESSAGE_BYTES.key(), BATCH_BYTES));
    }

    private long revision(CreateTopicsResponse answer) {
        CreateTopicResult result = answer.getResults(0);
        if (result.hasError()) {
            FlotillaError error = Errors.ofMessage(result.getError());
            if (error.code() != ErrorCode.TOPIC_ALREADY_EXISTS) {
                throw new CompletionException(error.exception());
            }
        } else {
            LOG.info(
                    "topic {} is made for consumer groups, with {} partitions",
                    InternalTopics.CONSUMER_OFFSETS,
                    shape.partitions());
        }
        return answer.getRevision();
    }

    private static FlotillaError unavailable(Throwable failure) {
        FlotillaError error = StatusErrors.ofFailure(FutureReply.cause(failure));
        LOG.warn("topic {} cannot be made: {}", InternalTopics.CONSUMER_OFFSETS, error);
        return FlotillaError.notApplied(
                        ErrorCode.COORDINATOR_NOT_AVAILABLE,
                        "there is no topic " + InternalTopics.CONSUMER_OFFSETS + ", and it cannot be made: "
                                + error.message())
                .withRetryAfterMs(RETRY_MS);
    }
}
