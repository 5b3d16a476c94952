package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.proto.v1.MetadataServiceGrpc;
import io.flotilla.proto.v1.WatchRequest;
import io.flotilla.proto.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A client that watches the metadata, on the test's own thread. */
final class WatchingClient implements ClientResponseObserver<WatchRequest, WatchResponse> {
    private static final int AT_EASE = Integer.MAX_VALUE / 2;

    private final Deque<WatchResponse> messages = new ArrayDeque<>();
    private ClientCallStreamObserver<WatchRequest> call;
    private boolean reading = true;
    private int snapshots;
    private int topics;

    WatchingClient(ManagedChannel channel, String historyId, long revision, String... topics) {
        MetadataServiceGrpc.newStub(channel)
                .watch(
                        WatchRequest.newBuilder()
                                .setHistoryId(historyId)
                                .setFromRevision(revision)
                                .addAllTopics(List.of(topics))
                                .build(),
                        this);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
        call = requests;
        call.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(WatchResponse message) {
        messages.add(message);
        topics += message.getTopicsCount();
        if (message.getSnapshot() && message.getLast()) {
            snapshots++;
        }
        if (reading) {
            call.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}

    WatchResponse next() {
        return messages.remove();
    }

    WatchResponse last() {
        return messages.getLast();
    }

    int pending() {
        return messages.size();
    }

    int snapshots() {
        return snapshots;
    }

    int topicsSeen() {
        return topics;
    }

    void stopReading() {
        reading = false;
    }

    void readOn(SimulatedLoop loop) {
        reading = true;
        call.request(AT_EASE);
        loop.run();
    }

    void leave() {
        call.cancel("the client leaves", null);
    }
}
