package io.flotilla.client.internal.rpc;

import io.flotilla.client.internal.routing.MetadataUpdate;
import io.flotilla.client.internal.routing.WatchTransport;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.MetadataServiceDescribeResponse;
import io.flotilla.proto.v1.MetadataServiceGrpc;
import io.flotilla.proto.v1.TopicRef;
import io.flotilla.proto.v1.WatchRequest;
import io.flotilla.proto.v1.WatchResponse;
import java.util.UUID;
import java.util.concurrent.Executor;

/** Follows the metadata over gRPC. Called by the loop that owns the follower. */
public final class GrpcWatchTransport implements WatchTransport {
    /** No topic has this id, so that a probe's answer is small. */
    private static final TopicRef NO_TOPIC =
            TopicRef.newBuilder().setId(Ids.bytes(new TopicId(new UUID(0, 0)))).build();

    private final ChannelPool channels;
    private final Executor loop;

    public GrpcWatchTransport(ChannelPool channels, Executor loop) {
        this.channels = channels;
        this.loop = loop;
    }

    @Override
    public Watch open(Endpoint broker, Request request, Listener listener) {
        BidiCall<WatchRequest, WatchResponse, MetadataUpdate> call = BidiCall.open(
                new BidiCall.Line(channels, broker, loop),
                MetadataServiceGrpc.getWatchMethod(),
                Views::update,
                new BidiCall.Receiver<>() {
                    @Override
                    public void received(MetadataUpdate update) {
                        listener.updated(update);
                    }

                    @Override
                    public void broken(FlotillaError error) {
                        listener.broken(error);
                    }
                });
        call.send(WatchRequest.newBuilder()
                .addAllTopics(request.topics())
                .setHistoryId(request.resume().historyId())
                .setFromRevision(request.resume().revision())
                .build());
        call.halfClose();
        return call::close;
    }

    @Override
    public void probe(Endpoint broker, long timeoutMs, ProbeListener listener) {
        UnaryCall.start(
                new UnaryCall.Line(channels, broker, loop, timeoutMs),
                MetadataServiceGrpc.getDescribeMethod(),
                MetadataServiceDescribeRequest.newBuilder().addTopics(NO_TOPIC).build(),
                new UnaryCall.Receiver<MetadataServiceDescribeResponse>() {
                    @Override
                    public void received(MetadataServiceDescribeResponse answer) {
                        listener.alive();
                    }

                    @Override
                    public void failed(FlotillaError error) {
                        listener.silent();
                    }
                });
    }
}
