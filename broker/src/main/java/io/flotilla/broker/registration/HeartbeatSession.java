package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.registration.ControllerClient.Heartbeat;
import io.flotilla.broker.registration.ControllerClient.HeartbeatAnswer;
import io.flotilla.broker.registration.ControllerClient.HeartbeatSink;
import io.flotilla.broker.registration.ControllerClient.HeartbeatStream;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.time.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a heartbeat stream open to whoever is the active controller, and says what the broker's state is, at intervals
 * and on request. Owned by its loop and by the lifecycle that starts and stops it.
 */
final class HeartbeatSession {
    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSession.class);

    private final ControlLoop loop;
    private final Clock clock;
    private final ControllerClient controller;
    private final LifecycleSettings settings;
    private final Speaker speaker;
    private Backoff backoff;
    private @Nullable HeartbeatStream stream;
    private ControlLoop.Timer timer = ControlLoop.Timer.NONE;
    /** Rises with every stream, so that what an earlier one still says is dropped. */
    private long generation;

    private long openedAtNanos;
    private volatile long heardAtNanos;
    private boolean stopped;

    /** Who speaks through the session; called on the loop. */
    interface Speaker {
        Heartbeat state();

        void onAnswer(HeartbeatAnswer answer);
    }

    HeartbeatSession(
            ControlLoop loop, Clock clock, ControllerClient controller, LifecycleSettings settings, Speaker speaker) {
        this.loop = loop;
        this.clock = clock;
        this.controller = controller;
        this.settings = settings;
        this.speaker = speaker;
        this.backoff = settings.backoff();
        this.heardAtNanos = clock.nanos();
    }

    void start() {
        open();
    }

    /** Tells the state now; when there is no stream, the next one starts with it. */
    void beat() {
        if (stream != null) {
            stream.send(speaker.state());
        }
    }

    void stop() {
        stopped = true;
        drop();
    }

    /** When the controller last answered; any thread. */
    long heardAtNanos() {
        return heardAtNanos;
    }

    /** The feed names the active controller: believed only while the own stream gives no better proof. */
    void onActiveController(Endpoint named) {
        if (stopped || (stream != null && (stream.controller().equals(named) || answering()))) {
            return;
        }
        controller.activeControllerIs(named);
        if (stream != null) {
            LOG.info("moving the heartbeat from {} to the active controller {}", stream.controller(), named);
            drop();
            open();
        }
    }

    private boolean answering() {
        long now = clock.nanos();
        long since = Math.max(heardAtNanos - now, openedAtNanos - now);
        return -since <= 2 * settings.heartbeatNanos();
    }

    private void open() {
        if (stopped) {
            return;
        }
        long mine = ++generation;
        openedAtNanos = clock.nanos();
        stream = controller.openHeartbeats(new HeartbeatSink() {
            @Override
            public void onAnswer(HeartbeatAnswer answer) {
                loop.execute(() -> answered(mine, answer));
            }

            @Override
            public void onClosed(FlotillaError reason) {
                loop.execute(() -> closed(mine, reason));
            }
        });
        stream.send(speaker.state());
        timer = loop.after(settings.heartbeatNanos(), () -> tick(mine));
    }

    private void tick(long of) {
        if (of != generation || stream == null) {
            return;
        }
        long now = clock.nanos();
        long silence = Math.min(now - openedAtNanos, now - heardAtNanos);
        if (silence > settings.silenceNanosMax()) {
            LOG.info("the controller at {} did not answer for {} ms", stream.controller(), silence / 1_000_000);
            stream.abandon();
            drop();
            openLater();
            return;
        }
        stream.send(speaker.state());
        timer = loop.after(settings.heartbeatNanos(), () -> tick(of));
    }

    private void answered(long from, HeartbeatAnswer answer) {
        if (from != generation) {
            return;
        }
        boolean refused = answer.error().isPresent();
        if (!refused) {
            heardAtNanos = clock.nanos();
            if (backoff.failures() > 0 && stream != null) {
                LOG.info("the heartbeat goes to the controller at {}", stream.controller());
                backoff = backoff.afterSuccess();
            }
        }
        speaker.onAnswer(answer);
        if (refused && answer.error().get().code() == ErrorCode.NOT_CONTROLLER) {
            closed(from, answer.error().get());
        }
    }

    private void closed(long which, FlotillaError reason) {
        if (which != generation || stopped) {
            return;
        }
        if (backoff.failures() == 0) {
            LOG.info("lost the heartbeat stream: {}", reason);
        } else {
            LOG.debug("no heartbeat stream: {}", reason);
        }
        drop();
        openLater();
    }

    private void openLater() {
        long mine = generation;
        timer = loop.after(backoff.waitNanos(), () -> {
            if (mine == generation) {
                open();
            }
        });
        backoff = backoff.afterFailure();
    }

    private void drop() {
        generation++;
        timer.cancel();
        if (stream != null) {
            stream.close();
            stream = null;
        }
    }
}
