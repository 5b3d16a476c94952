package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.broker.metadata.MetadataListener;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.WatchRequest;
import io.flotilla.proto.v1.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * Re-serves this broker's metadata to watching clients, who may reach only brokers. Everything happens on the metadata
 * loop, whose last listener this is; any thread adds a watch.
 */
public final class ClusterWatch implements MetadataListener {
    private static final long IDLE_NANOS = 3_000_000_000L;
    private static final int STEPS_MAX = 1_000;
    private static final int WATCHERS_MAX = 20_000;
    private static final long RETRY_AFTER_MS = 1_000;

    private final ControlLoop loop;
    private final IntSupplier controllerId;
    private final WatchHistory history = new WatchHistory(STEPS_MAX);
    private final Set<Watcher> watchers = new LinkedHashSet<>();

    /**
     * @param loop the metadata follower's loop
     * @param controllerId node id of the active controller, -1 where unknown
     */
    public ClusterWatch(ControlLoop loop, IntSupplier controllerId) {
        this.loop = loop;
        this.controllerId = controllerId;
    }

    @Override
    public void onChange(MetadataChange change) {
        history.add(change);
        watchers.forEach(this::pump);
    }

    /** Serves a watch until its client leaves. To be called before the service method returns. */
    void watch(WatchRequest request, ServerCallStreamObserver<WatchResponse> stream) {
        Watcher watcher = new Watcher(request, stream);
        stream.setOnReadyHandler(() -> loop.execute(() -> {
            if (watchers.contains(watcher)) {
                pump(watcher);
            }
        }));
        stream.setOnCancelHandler(() -> loop.execute(() -> watchers.remove(watcher)));
        loop.execute(() -> add(watcher, stream));
    }

    private void add(Watcher watcher, ServerCallStreamObserver<WatchResponse> stream) {
        if (stream.isCancelled()) {
            return;
        }
        if (watchers.size() >= WATCHERS_MAX) {
            stream.onError(StatusErrors.toStatus(FlotillaError.notApplied(
                            ErrorCode.OVERLOADED, "this broker serves " + WATCHERS_MAX + " watches already")
                    .withRetryAfterMs(RETRY_AFTER_MS)));
            return;
        }
        if (watchers.isEmpty()) {
            loop.after(IDLE_NANOS, this::idle);
        }
        watchers.add(watcher);
        pump(watcher);
    }

    private void pump(Watcher watcher) {
        watcher.pump(history, controllerId.getAsInt());
    }

    private void idle() {
        watchers.forEach(watcher -> watcher.idle(history, controllerId.getAsInt()));
        if (!watchers.isEmpty()) {
            loop.after(IDLE_NANOS, this::idle);
        }
    }
}
