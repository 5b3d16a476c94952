package io.flotilla.broker.fetcher;

import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.proto.internal.v1.FetchReplicaRequest;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;

/**
 * Replica streams over gRPC. Safe for any thread; the wiring closes the channels. Calls run on the transport's own
 * threads: what they touch hands over at once.
 */
public final class GrpcReplicaTransport implements ReplicaTransport {
    static final MethodDescriptor<FetchReplicaRequest, GrpcReplicaFrame> FETCH_REPLICA =
            ReplicationServiceGrpc.getFetchReplicaMethod().toBuilder(
                            ReplicationServiceGrpc.getFetchReplicaMethod().getRequestMarshaller(),
                            new GrpcReplicaFrameMarshaller())
                    .build();

    private static final CallOptions OPTIONS = CallOptions.DEFAULT.withExecutor(Runnable::run);

    private final GrpcChannels channels;

    /** @param channels to internal listeners, with room for a leader's largest answer */
    public GrpcReplicaTransport(GrpcChannels channels) {
        this.channels = channels;
    }

    @Override
    public Stream open(ReplicaStreamOpening opening, long creditBytes, Events events) {
        ManagedChannel channel = channels.to(opening.leaderEndpoint());
        GrpcReplicaStream stream = new GrpcReplicaStream(
                channel.newCall(FETCH_REPLICA, OPTIONS),
                events,
                failure -> channels.failed(opening.leaderEndpoint(), channel, failure));
        stream.start(opening, creditBytes);
        return stream;
    }
}
