package io.flotilla.broker.metadata;

import io.flotilla.model.image.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The metadata that this broker has applied: every listener has seen a change before readers do. Changes are made on
 * the follower's loop; any thread reads.
 */
public final class AppliedMetadata {
    private final ControlLoop loop;
    private final List<MetadataListener> listeners;
    private final List<Waiting> waiting = new ArrayList<>();
    private volatile MetadataImage image = MetadataImage.EMPTY;
    private volatile int controllerId = -1;

    private record Waiting(long revision, CompletableFuture<MetadataImage> future) {}

    /**
     * @param loop the follower's loop
     * @param listeners the first one begins to make a change real before readers see it; the others are told when they
     *     can
     */
    public AppliedMetadata(ControlLoop loop, List<MetadataListener> listeners) {
        this.loop = loop;
        this.listeners = List.copyOf(listeners);
    }

    /** The image that the replicas were told of; empty, at revision 0, before the first snapshot. */
    public MetadataImage image() {
        return image;
    }

    /** Node id of the active controller as the feed last told it, or -1. */
    public int controllerId() {
        return controllerId;
    }

    /**
     * Completes on the loop with an image of at least this revision, at once when it is applied. Cancel it to stop
     * waiting.
     */
    public CompletableFuture<MetadataImage> reached(long revision) {
        CompletableFuture<MetadataImage> future = new CompletableFuture<>();
        if (image.revision() >= revision) {
            future.complete(image);
            return future;
        }
        loop.execute(() -> await(revision, future));
        return future;
    }

    private void await(long revision, CompletableFuture<MetadataImage> future) {
        waiting.removeIf(one -> one.future().isDone());
        if (image.revision() >= revision) {
            future.complete(image);
        } else if (!future.isDone()) {
            waiting.add(new Waiting(revision, future));
        }
    }

    void apply(MetadataChange change) {
        listeners.stream().limit(1).forEach(first -> first.onChange(change));
        image = change.after();
        listeners.stream().skip(1).forEach(other -> other.onChange(change));
        List<Waiting> due = waiting.stream()
                .filter(one -> one.revision() <= image.revision())
                .toList();
        waiting.removeIf(one -> one.revision() <= image.revision());
        due.forEach(one -> one.future().complete(image));
    }

    void controllerIs(int nodeId) {
        controllerId = nodeId;
    }
}
