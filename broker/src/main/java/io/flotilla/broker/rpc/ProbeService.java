package io.flotilla.broker.rpc;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.ProbeServiceGrpc;
import io.flotilla.proto.internal.v1.WhoAreYouRequest;
import io.flotilla.proto.internal.v1.WhoAreYouResponse;
import io.grpc.stub.StreamObserver;

/**
 * Says which run of a broker this process is: the proof of life or death behind a broken stream. For the internal
 * listener, from before the broker registers until it has nothing to serve. Any thread.
 */
public final class ProbeService extends ProbeServiceGrpc.ProbeServiceImplBase {
    private final WhoAreYouResponse answer;

    public ProbeService(int brokerId, IncarnationId incarnation) {
        this.answer = WhoAreYouResponse.newBuilder()
                .setBrokerId(brokerId)
                .setIncarnation(Ids.bytes(incarnation))
                .build();
    }

    @Override
    public void whoAreYou(WhoAreYouRequest request, StreamObserver<WhoAreYouResponse> response) {
        response.onNext(answer);
        response.onCompleted();
    }
}
