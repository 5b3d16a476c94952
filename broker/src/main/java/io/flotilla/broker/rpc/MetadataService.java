package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.AppliedMetadata;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.ClusterViews;
import io.flotilla.proto.internal.v1.ControllerServiceDescribeQuorumRequest;
import io.flotilla.proto.internal.v1.ControllerServiceDescribeQuorumResponse;
import io.flotilla.proto.v1.DescribeQuorumRequest;
import io.flotilla.proto.v1.DescribeQuorumResponse;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.MetadataServiceDescribeResponse;
import io.flotilla.proto.v1.MetadataServiceGrpc;
import io.flotilla.proto.v1.TopicRef;
import io.flotilla.proto.v1.WatchRequest;
import io.flotilla.proto.v1.WatchResponse;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Describes the cluster from this broker's own copy of the metadata. Any thread, made for directExecutor; nothing
 * blocks, nothing to close.
 */
public final class MetadataService {
    private final Ports ports;
    private final Callers callers;

    /** What the service works with. */
    public record Ports(
            AppliedMetadata metadata,
            RevisionWait revisions,
            Clock clock,
            ClusterWatch watch,
            ForwardedCalls controller) {}

    /** @param listener name of the listener that serves it */
    public MetadataService(Ports ports, String listener) {
        this.ports = ports;
        this.callers = new Callers(listener, ports.clock());
    }

    /** The service for a server builder. */
    public ServerServiceDefinition definition() {
        return callers.known(new MetadataServiceGrpc.MetadataServiceImplBase() {
            @Override
            public void describe(
                    MetadataServiceDescribeRequest request, StreamObserver<MetadataServiceDescribeResponse> reply) {
                describeWhenApplied(request, reply);
            }

            @Override
            public void watch(WatchRequest request, StreamObserver<WatchResponse> reply) {
                ports.watch().watch(request, (ServerCallStreamObserver<WatchResponse>) reply);
            }

            @Override
            public void describeQuorum(DescribeQuorumRequest request, StreamObserver<DescribeQuorumResponse> reply) {
                forwardDescribeQuorum(reply);
            }
        });
    }

    /** Waits at least for the first image: an empty answer would say that there are no brokers. */
    private void describeWhenApplied(
            MetadataServiceDescribeRequest request, StreamObserver<MetadataServiceDescribeResponse> reply) {
        long revision = Math.max(1, request.getMinRevision());
        CompletableFuture<MetadataImage> applied = ports.revisions().reached(revision, Callers.current());
        UnaryReply.cancelWith(reply, () -> applied.cancel(false));
        UnaryReply.completeWith(reply, applied.thenApply(image -> description(request, image)));
    }

    private MetadataServiceDescribeResponse description(MetadataServiceDescribeRequest request, MetadataImage image) {
        MetadataServiceDescribeResponse.Builder response = MetadataServiceDescribeResponse.newBuilder()
                .setClusterId(image.clusterId())
                .setRevision(image.revision())
                .setControllerId(ports.metadata().controllerId());
        for (BrokerRegistration broker : image.brokers().all()) {
            response.addBrokers(ClusterViews.broker(broker, image.brokerConfigs()));
        }
        if (request.getTopicsCount() == 0) {
            image.topics().byName().values().forEach(topic -> response.addTopics(ClusterViews.topic(topic)));
            return response.build();
        }
        named(request.getTopicsList(), image, response)
                .values()
                .forEach(topic -> response.addTopics(ClusterViews.topic(topic)));
        return response.build();
    }

    /** The topics that exist of those asked for, each once; the others are noted in the response. */
    private static Map<TopicId, TopicImage> named(
            List<TopicRef> asked, MetadataImage image, MetadataServiceDescribeResponse.Builder response) {
        Map<TopicId, TopicImage> found = new LinkedHashMap<>();
        for (TopicRef ref : asked) {
            TopicReference reference = TopicReference.of(ref);
            Optional<TopicImage> topic = reference
                    .id()
                    .map(image.topics()::withId)
                    .orElseGet(() -> image.topics().named(reference.name()))
                    .filter(known -> reference.name().isEmpty() || known.name().equals(reference.name()));
            topic.ifPresentOrElse(known -> found.put(known.id(), known), () -> response.addUnknownTopics(ref));
        }
        return found;
    }

    private void forwardDescribeQuorum(StreamObserver<DescribeQuorumResponse> reply) {
        CallContext caller = Callers.current();
        ControllerServiceDescribeQuorumRequest request = ControllerServiceDescribeQuorumRequest.newBuilder()
                .setContext(AdminService.message(caller))
                .build();
        UnaryReply.completeWith(
                reply,
                ports.controller()
                        .forward(caller, stub -> stub.describeQuorum(request))
                        .thenApply(ControllerServiceDescribeQuorumResponse::getResponse));
    }
}
