package io.flotilla.broker.rpc;

import io.flotilla.proto.internal.v1.FetchReplicaRequest;
import io.flotilla.proto.internal.v1.ReplicationServiceGrpc;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.ProduceResponse;
import io.grpc.MethodDescriptor;

/**
 * The methods whose messages carry batches: names and the other direction as generated, one marshaller by hand each.
 */
final class HotMethods {
    static final MethodDescriptor<ProduceCall, ProduceResponse> PRODUCE = LogServiceGrpc.getProduceMethod().toBuilder(
                    new ProduceCallMarshaller(),
                    LogServiceGrpc.getProduceMethod().getResponseMarshaller())
            .build();

    static final MethodDescriptor<FetchRequest, BatchesAnswer> FETCH = LogServiceGrpc.getFetchMethod().toBuilder(
                    LogServiceGrpc.getFetchMethod().getRequestMarshaller(), new BatchesAnswerMarshaller())
            .build();

    static final MethodDescriptor<FetchReplicaRequest, BatchesAnswer> FETCH_REPLICA =
            ReplicationServiceGrpc.getFetchReplicaMethod().toBuilder(
                            ReplicationServiceGrpc.getFetchReplicaMethod().getRequestMarshaller(),
                            new BatchesAnswerMarshaller())
                    .build();

    private HotMethods() {}
}
