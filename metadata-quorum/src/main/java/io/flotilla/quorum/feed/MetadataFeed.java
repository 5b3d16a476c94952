package io.flotilla.quorum.feed;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.FeedProgress;
import io.flotilla.proto.internal.v1.FollowRequest;
import io.flotilla.proto.internal.v1.FollowResponse;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.DeltaListener;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets others follow the metadata: resumes them from a ring of deltas, or starts them over with a snapshot when the
 * ring no longer holds their place, be it that they come late or that they are slow. A watcher that is ahead of this
 * node waits; nobody is ever taken back.
 *
 * <p>Any thread may call; the work happens on the executor that is passed in, which must run one task at a time, in
 * order. The process calls {@link #tick} about twice a second. Nothing to close but the watches' own calls.
 */
public final class MetadataFeed implements DeltaListener {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFeed.class);

    private final FeedConfig config;
    private final Executor executor;
    private final ControllerLocator controllers;
    private final Set<Watch> watches = new LinkedHashSet<>();
    private DeltaRing ring;
    private MetadataImage image = MetadataImage.EMPTY;

    public MetadataFeed(FeedConfig config, Executor executor, ControllerLocator controllers) {
        this.config = config;
        this.executor = executor;
        this.controllers = controllers;
        this.ring = new DeltaRing(config);
    }

    /** A call that follows the feed. */
    public interface Subscription {
        /** The sink is ready again. */
        void pump();

        /** The watcher is gone. */
        void cancel();
    }

    /** Begins to serve a watcher. */
    public Subscription follow(FollowRequest request, FeedSink sink) {
        Watch watch = new Watch(request, sink);
        onExecutor(() -> begin(watch, request.getClusterId()));
        return new Subscription() {
            @Override
            public void pump() {
                onExecutor(() -> MetadataFeed.this.pump(watch));
            }

            @Override
            public void cancel() {
                onExecutor(() -> watches.remove(watch));
            }
        };
    }

    @Override
    public void applied(AppliedDelta applied) {
        onExecutor(() -> {
            ring.add(applied);
            image = applied.image();
            pumpAll();
        });
    }

    @Override
    public void loaded(MetadataImage loaded) {
        onExecutor(() -> {
            ring = new DeltaRing(config);
            image = loaded;
            pumpAll();
        });
    }

    /** Tells the watchers that had nothing to hear since the last tick that the feed is alive. */
    public void tick() {
        onExecutor(() -> {
            for (Watch watch : new ArrayList<>(watches)) {
                if (!watch.spokenTo) {
                    progress(watch);
                }
                watch.spokenTo = false;
            }
        });
    }

    /** The active controller is another one: tells the watchers at once. */
    public void controllerChanged() {
        onExecutor(() -> new ArrayList<>(watches).forEach(this::progress));
    }

    /** A failure costs its own event, not those that follow. */
    private void onExecutor(Runnable event) {
        executor.execute(() -> {
            try {
                event.run();
            } catch (RuntimeException e) {
                LOG.error("the metadata feed stumbled over an event", e);
            }
        });
    }

    private void begin(Watch watch, String clusterId) {
        if (image.bootstrapped() && !clusterId.isEmpty() && !clusterId.equals(image.clusterId())) {
            watch.sink.fail(FlotillaError.notApplied(
                    ErrorCode.INCONSISTENT_CLUSTER_ID,
                    "this is cluster " + image.clusterId() + ", not " + clusterId
                            + "; check controller.quorum.voters and log.dirs"));
            return;
        }
        LOG.debug("broker {} follows the metadata from revision {}", watch.brokerId, watch.revision);
        watches.add(watch);
        pump(watch);
        progress(watch);
    }

    private void pumpAll() {
        new ArrayList<>(watches).forEach(this::pump);
    }

    private void pump(Watch watch) {
        while (watches.contains(watch) && watch.sink.ready()) {
            if (!watch.pending.hasNext() && !next(watch)) {
                return;
            }
            send(watch, watch.pending.next());
        }
    }

    private void send(Watch watch, FollowResponse message) {
        try {
            watch.sink.send(message);
            watch.spokenTo = true;
        } catch (RuntimeException e) {
            // The call ended under our hands; the others' do not.
            LOG.debug("the feed of broker {} broke", watch.brokerId, e);
            watches.remove(watch);
        }
    }

    /** Puts what the watcher needs next into its pending messages; false when it has all there is, or is ahead. */
    private boolean next(Watch watch) {
        if (!image.bootstrapped() || watch.revision > image.revision()) {
            return false;
        }
        boolean sameHistory = watch.historyId.equals(image.historyId());
        if (sameHistory && watch.revision == image.revision()) {
            return false;
        }
        Optional<DeltaRing.Encoded> delta = sameHistory ? ring.after(watch.revision) : Optional.empty();
        if (delta.isPresent()) {
            watch.pending = delta.get().messages().iterator();
            watch.revision = delta.get().revision();
        } else {
            if (watch.revision > 0) {
                LOG.info(
                        "broker {} is at revision {}, which is no longer held: it gets a snapshot of {}",
                        watch.brokerId,
                        watch.revision,
                        image.revision());
            }
            watch.pending = Chunks.ofSnapshot(image, config);
            watch.historyId = image.historyId();
            watch.revision = image.revision();
        }
        return true;
    }

    /** Only for a watcher that has everything: to others it would promise what they do not have. */
    private void progress(Watch watch) {
        boolean complete = !watch.pending.hasNext()
                && watch.revision == image.revision()
                && (watch.historyId.equals(image.historyId()) || !image.bootstrapped());
        if (!complete || !watches.contains(watch) || !watch.sink.ready()) {
            return;
        }
        FeedProgress.Builder progress =
                FeedProgress.newBuilder().setRevision(watch.revision).setActiveControllerId(-1);
        controllers
                .active()
                .ifPresent(active ->
                        progress.setActiveControllerId(active.nodeId()).setActiveControllerEndpoint(active.endpoint()));
        send(watch, FollowResponse.newBuilder().setProgress(progress).build());
    }
}
