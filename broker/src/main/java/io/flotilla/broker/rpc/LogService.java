package io.flotilla.broker.rpc;

import io.flotilla.model.call.CallContext;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.InitProducerRequest;
import io.flotilla.proto.v1.InitProducerResponse;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.ProduceResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/**
 * The public data path: produce and fetch streams, offsets, producer ids. Safe for any thread, made for directExecutor:
 * every call hands over and returns. Holds nothing to close.
 */
public final class LogService {
    /** On-ready threshold of streams that carry batches: enough to keep a connection busy between two looks. */
    static final int BATCHES_READY_BYTES = 2 << 20;

    private final DataPath path;
    private final ProducerIdSource producerIds;
    private final OffsetQueries offsets;

    public LogService(DataPath path, ProducerIdSource producerIds) {
        this.path = path;
        this.producerIds = producerIds;
        this.offsets = new OffsetQueries(path);
    }

    /** The service for a server builder. */
    public ServerServiceDefinition definition() {
        ServiceDescriptor generated = LogServiceGrpc.getServiceDescriptor();
        ServiceDescriptor descriptor = ServiceDescriptor.newBuilder(generated.getName())
                .setSchemaDescriptor(generated.getSchemaDescriptor())
                .addMethod(LogServiceGrpc.getInitProducerMethod())
                .addMethod(HotMethods.PRODUCE)
                .addMethod(HotMethods.FETCH)
                .addMethod(LogServiceGrpc.getListOffsetsMethod())
                .addMethod(LogServiceGrpc.getOffsetsForLeaderEpochMethod())
                .build();
        return ServerServiceDefinition.builder(descriptor)
                .addMethod(LogServiceGrpc.getInitProducerMethod(), ServerCalls.asyncUnaryCall(this::initProducer))
                .addMethod(HotMethods.PRODUCE, this::produce)
                .addMethod(HotMethods.FETCH, this::fetch)
                .addMethod(LogServiceGrpc.getListOffsetsMethod(), ServerCalls.asyncUnaryCall(offsets::listOffsets))
                .addMethod(
                        LogServiceGrpc.getOffsetsForLeaderEpochMethod(),
                        ServerCalls.asyncUnaryCall(offsets::offsetsForLeaderEpoch))
                .build();
    }

    private ServerCall.Listener<ProduceCall> produce(ServerCall<ProduceCall, ProduceResponse> call, Metadata headers) {
        CallContext context =
                CallContexts.of(headers, path.listener(), path.clock().nanos());
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ProduceStream(call, context, path);
    }

    private ServerCall.Listener<FetchRequest> fetch(ServerCall<FetchRequest, BatchesAnswer> call, Metadata headers) {
        call.setOnReadyThreshold(BATCHES_READY_BYTES);
        call.sendHeaders(new Metadata());
        call.request(path.settings().fetchesMax());
        return new FetchStream(call, path);
    }

    private void initProducer(InitProducerRequest request, StreamObserver<InitProducerResponse> reply) {
        CompletableFuture<Long> id = producerIds.next();
        UnaryReply.cancelWith(reply, () -> id.cancel(false));
        UnaryReply.completeWith(
                reply,
                id.thenApply(allocated -> InitProducerResponse.newBuilder()
                        .setProducerId(allocated)
                        .build()));
    }
}
