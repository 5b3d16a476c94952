package io.flotilla.broker.rpc;

import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.v1.WatchRequest;
import io.flotilla.proto.v1.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One client's watch: sends only what the stream has room for, so that a slow client costs no memory and falls back to
 * a snapshot. On the metadata loop.
 */
final class Watcher {
    private final ServerCallStreamObserver<WatchResponse> stream;
    private final String historyId;
    private final Predicate<String> followed;
    /** Revision that the client has after the messages sent. */
    private long position;

    private boolean placed;
    private boolean spoke;
    private @Nullable WatchSnapshot snapshot;

    Watcher(WatchRequest request, ServerCallStreamObserver<WatchResponse> stream) {
        this.stream = stream;
        this.historyId = request.getHistoryId();
        this.position = request.getFromRevision();
        Set<String> names = Set.copyOf(request.getTopicsList());
        this.followed = names.isEmpty() ? name -> true : names::contains;
    }

    /** Sends what is due, as far as there is room. A client ahead of this broker waits for it. */
    void pump(WatchHistory history, int controllerId) {
        MetadataImage image = history.image();
        if (!image.bootstrapped()) {
            return;
        }
        if (!placed) {
            placed = true;
            if (!historyId.equals(image.historyId())) {
                snapshot = new WatchSnapshot(image, followed);
            }
        }
        while (stream.isReady() && !stream.isCancelled() && (snapshot != null || position < image.revision())) {
            step(history, controllerId);
        }
    }

    private void step(WatchHistory history, int controllerId) {
        if (snapshot == null) {
            Optional<WatchStep> next = history.after(position);
            if (next.isPresent()) {
                next.get().view(followed, controllerId).ifPresent(this::send);
                position = next.get().revision();
                return;
            }
            snapshot = new WatchSnapshot(history.image(), followed);
        }
        WatchResponse message = snapshot.next(controllerId);
        send(message);
        if (message.getLast()) {
            position = snapshot.revision();
            snapshot = null;
        }
    }

    /** A sign of life, and a later point to resume from, for one who heard nothing since the last call of this. */
    void idle(WatchHistory history, int controllerId) {
        boolean upToDate =
                placed && snapshot == null && position == history.image().revision();
        if (!spoke && upToDate && stream.isReady()) {
            send(WatchStep.response(history.image(), controllerId).setLast(true).build());
        }
        spoke = false;
    }

    private void send(WatchResponse message) {
        spoke = true;
        stream.onNext(message);
    }
}
