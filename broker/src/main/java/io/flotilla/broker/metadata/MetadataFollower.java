package io.flotilla.broker.metadata;

import io.flotilla.broker.metadata.FeedAssembly.FeedBreach;
import io.flotilla.broker.metadata.FeedMessage.DeltaPart;
import io.flotilla.broker.metadata.FeedMessage.Progress;
import io.flotilla.broker.metadata.FeedMessage.SnapshotPart;
import io.flotilla.broker.metadata.MetadataFeed.ResumePoint;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.MetadataImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this broker's metadata equal to a prefix of the controller's history: follows one quorum node, and resumes at
 * another where the stream breaks, falls silent or contradicts itself. Owned by its loop; the wiring starts and stops
 * it.
 */
public final class MetadataFollower {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFollower.class);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long FIRST_REPORT_SECONDS = 10;
    private static final long REPORT_SECONDS = 60;

    private final ControlLoop loop;
    private final MetadataFeed feed;
    private final FollowerSettings settings;
    private final AppliedMetadata applied;
    private final FollowerEvents events;
    private Backoff backoff;
    private FeedAssembly assembly = new FeedAssembly(MetadataImage.EMPTY);
    private MetadataFeed.@Nullable Stream stream;
    private ControlLoop.Timer timer = ControlLoop.Timer.NONE;
    /** Set while nobody tells the metadata. */
    private ControlLoop.Timer report = ControlLoop.Timer.NONE;
    /** Why the last attempt at each node failed, while nobody tells the metadata. */
    private final Map<Endpoint, String> reasons = new LinkedHashMap<>();

    /** Index of the node that is followed, or tried next. */
    private int node;
    /** Rises with every stream, so that what an earlier one still says is dropped. */
    private long generation;
    /** Whether the stream said anything since silence was last checked. */
    private boolean heard;

    private boolean stopped;

    public MetadataFollower(
            ControlLoop loop,
            MetadataFeed feed,
            FollowerSettings settings,
            AppliedMetadata applied,
            FollowerEvents events) {
        this.loop = loop;
        this.feed = feed;
        this.settings = settings;
        this.applied = applied;
        this.events = events;
        this.backoff = settings.backoff();
    }

    /** Starts following; any thread. */
    public void start() {
        loop.execute(this::connect);
    }

    /** Stops following; what was applied stays. Any thread. */
    public void stop() {
        loop.execute(() -> {
            stopped = true;
            report.cancel();
            disconnect();
        });
    }

    private void connect() {
        if (stopped) {
            return;
        }
        long mine = ++generation;
        MetadataImage image = applied.image();
        assembly = new FeedAssembly(image);
        heard = false;
        timer = loop.after(settings.silenceNanosMax(), () -> checkSilence(mine));
        stream = feed.open(followed(), new ResumePoint(image.historyId(), image.revision()), new MetadataFeed.Sink() {
            @Override
            public void onMessage(FeedMessage message) {
                loop.execute(() -> take(mine, message));
            }

            @Override
            public void onClosed(FlotillaError reason) {
                loop.execute(() -> closed(mine, reason));
            }
        });
    }

    private Endpoint followed() {
        return settings.nodes().get(node);
    }

    private void take(long from, FeedMessage message) {
        if (from != generation) {
            return;
        }
        heard = true;
        if (backoff.failures() > 0) {
            LOG.info("following the metadata from {}", followed());
            backoff = backoff.afterSuccess();
            report.cancel();
            reasons.clear();
        }
        try {
            completed(message).ifPresent(applied::apply);
        } catch (FeedBreach e) {
            giveUp(e.getMessage());
            return;
        }
        if (stream != null) {
            stream.processed();
        }
    }

    private Optional<MetadataChange> completed(FeedMessage message) {
        if (message instanceof DeltaPart part) {
            return assembly.delta(part);
        } else if (message instanceof SnapshotPart part) {
            return assembly.snapshot(part);
        } else if (message instanceof Progress progress) {
            progress(progress);
        }
        return Optional.empty();
    }

    private void progress(Progress progress) {
        applied.controllerIs(progress.controllerId());
        if (!progress.controllerEndpoint().isEmpty()) {
            events.onActiveController(Endpoint.parse(progress.controllerEndpoint()));
        }
    }

    private void checkSilence(long of) {
        if (of != generation) {
            return;
        }
        if (!heard) {
            giveUp("it said nothing for " + settings.silenceNanosMax() / 1_000_000 + " ms");
            return;
        }
        heard = false;
        timer = loop.after(settings.silenceNanosMax(), () -> checkSilence(of));
    }

    private void closed(long which, FlotillaError reason) {
        if (which != generation) {
            return;
        }
        if (reason.code() == ErrorCode.INCONSISTENT_CLUSTER_ID) {
            report.cancel();
            disconnect();
            events.onRefused(reason);
            return;
        }
        giveUp(reason.toString());
    }

    /** Drops the stream and resumes at the next node. */
    private void giveUp(@Nullable String reason) {
        if (backoff.failures() == 0) {
            LOG.info(
                    "lost the metadata feed of {} at revision {}: {}",
                    followed(),
                    applied.image().revision(),
                    reason);
            reportAfter(FIRST_REPORT_SECONDS, FIRST_REPORT_SECONDS);
        } else {
            LOG.debug("no metadata feed from {}: {}", followed(), reason);
        }
        reasons.remove(followed());
        reasons.put(followed(), String.valueOf(reason));
        disconnect();
        node = (node + 1) % settings.nodes().size();
        timer = loop.after(backoff.waitNanos(), this::connect);
        backoff = backoff.afterFailure();
    }

    /** @param lasted how long the outage will have lasted by then */
    private void reportAfter(long seconds, long lasted) {
        report = loop.after(seconds * NANOS_PER_SECOND, () -> {
            events.onOutage(new FeedOutage(lasted, applied.image().revision(), reasons));
            reportAfter(REPORT_SECONDS, lasted + REPORT_SECONDS);
        });
    }

    private void disconnect() {
        generation++;
        timer.cancel();
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
