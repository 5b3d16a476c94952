package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.AppliedMetadata;
import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.metadata.LocalLogs;
import io.flotilla.broker.registration.ControllerClient.Heartbeat;
import io.flotilla.broker.registration.ControllerClient.HeartbeatAnswer;
import io.flotilla.broker.registration.ControllerClient.Registered;
import io.flotilla.broker.registration.ControllerClient.Registration;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.ErrorKind;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a broker as the controller sees it: marks its disks, registers, catches up, reports what it lost, serves,
 * and leaves in good order. Owned by its loop; the wiring starts it, and stops it last.
 *
 * <p>A run whose registration was replaced does not register again: two processes with one id would throw each other
 * out for ever, and what this one leads has ended (R6). It is over, as the events say.
 */
public final class BrokerLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerLifecycle.class);

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long REPORT_NANOS = 10 * NANOS_PER_SECOND;

    private final Ports ports;
    private final Registration registration;
    private final LifecycleSettings settings;
    private final LifecycleEvents events;
    private final HeartbeatSession session;
    private final LostReplicas lostReplicas;
    private final CompletableFuture<Registered> registered = new CompletableFuture<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Boolean> mayStop = new CompletableFuture<>();
    private Backoff backoff;
    /** The next attempt to register, where one waits for its time. */
    private ControlLoop.Timer nextAttempt = ControlLoop.Timer.NONE;

    private @Nullable Registration waiting;
    private long duplicateSinceNanos = Long.MIN_VALUE;
    private long waitingSinceNanos;
    private long reportAtNanos;
    private @Nullable Registered consent;
    private volatile boolean fenced = true;
    private boolean draining;
    private boolean wantShutdown;
    private boolean over;

    /**
     * What a lifecycle works with.
     *
     * @param loop the lifecycle's thread; may be another than the metadata follower's
     */
    public record Ports(
            ControlLoop loop, Clock clock, ControllerClient controller, LocalLogs logs, AppliedMetadata metadata) {}

    /** @param registration what to register; its directories are filled in from the marks */
    public BrokerLifecycle(Ports ports, Registration registration, LifecycleSettings settings, LifecycleEvents events) {
        this.ports = ports;
        this.registration = registration;
        this.settings = settings;
        this.events = events;
        this.backoff = settings.backoff();
        this.lostReplicas = new LostReplicas(registration.brokerId());
        this.session = new HeartbeatSession(
                ports.loop(), ports.clock(), ports.controller(), settings, new HeartbeatSession.Speaker() {
                    @Override
                    public Heartbeat state() {
                        return heartbeat();
                    }

                    @Override
                    public void onAnswer(HeartbeatAnswer answer) {
                        answered(answer);
                    }
                });
    }

    /** Marks the disks, then registers; any thread. */
    public void start() {
        ports.loop().execute(() -> {
            Registration marked = registration.withDirectories(ports.logs().mark(registration.incarnation()));
            register(marked);
        });
    }

    /** Completes with the registration. */
    public CompletableFuture<Registered> registered() {
        return registered.copy();
    }

    /** Completes when the broker is unfenced for the first time. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** Whether the broker may not serve, as the controller last said; any thread. */
    public boolean fenced() {
        return fenced;
    }

    /** Epoch of the registration, or -1 before; any thread. */
    public long brokerEpoch() {
        Registered known = registered.getNow(null);
        return known == null ? -1 : known.brokerEpoch();
    }

    /** When the controller last answered a heartbeat, on the clock's nanos (R13); any thread. */
    public long controllerHeardAtNanos() {
        return session.heardAtNanos();
    }

    /** A log directory failed: the controller must know at once which replicas were lost with it. Any thread. */
    public void onLogsLost() {
        ports.loop().execute(() -> {
            if (consent != null && !over) {
                session.beat();
            }
        });
    }

    /** The applied metadata changed: tell the controller when it waits for that. Any thread. */
    public void onMetadataApplied() {
        ports.loop().execute(() -> {
            if (consent != null && !over && (fenced || someoneStops())) {
                session.beat();
            }
        });
    }

    /** A broker may stop only once all others have applied that it leads nothing. */
    private boolean someoneStops() {
        return ports.metadata().image().brokers().all().stream()
                .anyMatch(broker -> broker.shuttingDown() && !broker.fenced());
    }

    /** The metadata feed names the active controller: whoever waited for one registers now. Any thread. */
    public void onActiveController(Endpoint controller) {
        ports.loop().execute(() -> {
            session.onActiveController(controller);
            Registration marked = waiting;
            if (marked != null) {
                nextAttempt.cancel();
                register(marked);
            }
        });
    }

    /**
     * Leaves in good order: drains the leaderships, then asks the controller until it agrees or the time is over. The
     * heartbeat goes on until {@link #stop}. Any thread.
     *
     * @return true when the controller agreed, false when the time was over or the broker never served
     */
    public CompletableFuture<Boolean> shutDown() {
        ports.loop().execute(this::drain);
        return mayStop.copy();
    }

    /** Ends the heartbeat; any thread. */
    public void stop() {
        ports.loop().execute(this::end);
    }

    private void register(Registration marked) {
        waiting = null;
        if (over) {
            return;
        }
        ports.controller()
                .register(marked)
                .whenComplete((consented, failure) -> ports.loop().execute(() -> {
                    if (failure == null) {
                        consented(consented);
                    } else {
                        refused(marked, CallFailure.error(failure));
                    }
                }));
    }

    private void consented(Registered now) {
        if (over) {
            return;
        }
        LOG.info(
                "broker {} registered with epoch {} at revision {}",
                registration.brokerId(),
                now.brokerEpoch(),
                now.revision());
        ports.logs().registered(now.brokerEpoch());
        consent = now;
        session.start();
        registered.complete(now);
    }

    private void refused(Registration marked, FlotillaError error) {
        if (over) {
            return;
        }
        if (isFinal(error)) {
            fatal(error);
            return;
        }
        reportWait(error);
        waiting = marked;
        nextAttempt = ports.loop().after(backoff.waitNanos(), () -> register(marked));
        backoff = backoff.afterFailure();
    }

    /** Says so at once, and again while it lasts. */
    private void reportWait(FlotillaError error) {
        long now = ports.clock().nanos();
        if (backoff.failures() == 0) {
            waitingSinceNanos = now;
            reportAtNanos = now;
        }
        if (now - reportAtNanos >= 0) {
            reportAtNanos = now + REPORT_NANOS;
            LOG.info(
                    "the registration waits for a controller, for {} s now: {}",
                    (now - waitingSinceNanos) / NANOS_PER_SECOND,
                    error);
        }
    }

    /** An absent quorum heals, a refusal of what this broker is does not; another run of it gets time to disappear. */
    private boolean isFinal(FlotillaError error) {
        if (error.code() == ErrorCode.DUPLICATE_BROKER_REGISTRATION) {
            long now = ports.clock().nanos();
            if (duplicateSinceNanos == Long.MIN_VALUE) {
                duplicateSinceNanos = now;
            }
            return now - duplicateSinceNanos > settings.duplicateNanosMax();
        }
        duplicateSinceNanos = Long.MIN_VALUE;
        ErrorKind kind = error.code().kind();
        return error.outcome() == Outcome.NOT_APPLIED
                && (kind == ErrorKind.INVALID_ARGUMENT
                        || kind == ErrorKind.FAILED_PRECONDITION
                        || kind == ErrorKind.PERMISSION_DENIED);
    }

    /** The revision is read before the lost replicas, so that they are complete for it. */
    private Heartbeat heartbeat() {
        Registered known = Objects.requireNonNull(consent, "a heartbeat before the registration");
        MetadataImage image = ports.metadata().image();
        boolean caughtUp = image.revision() >= known.revision();
        return new Heartbeat(
                known.brokerEpoch(),
                image.revision(),
                caughtUp && !wantShutdown,
                wantShutdown,
                caughtUp ? lostReplicas.toReport(ports.logs().lost(), image) : List.of(),
                ports.logs().failedDirectories(),
                caughtUp);
    }

    private void answered(HeartbeatAnswer answer) {
        if (answer.error().isPresent()) {
            FlotillaError error = answer.error().get();
            if (error.code() == ErrorCode.STALE_BROKER_EPOCH) {
                fatal(error);
            } else {
                LOG.debug("the controller refused a heartbeat: {}", error);
            }
            return;
        }
        if (fenced != answer.fenced()) {
            fenced = answer.fenced();
            LOG.info("broker {} is {}", registration.brokerId(), fenced ? "fenced" : "serving");
        }
        if (!fenced) {
            ready.complete(null);
        }
        if (wantShutdown && answer.mayShutDown()) {
            mayStop.complete(true);
        }
    }

    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        ports.loop().after(settings.shutdownNanosMax(), () -> mayStop.complete(false));
        if (consent == null || over) {
            mayStop.complete(false);
            return;
        }
        ports.loop().after(settings.drainNanosMax(), this::askToStop);
        ports.loop().after(settings.leaderlessNanosMax(), this::stopUnheard);
        ports.logs().drain().whenComplete((drained, failure) -> ports.loop().execute(this::askToStop));
    }

    private void askToStop() {
        if (!wantShutdown && !over) {
            wantShutdown = true;
            session.beat();
        }
    }

    /** Gives up on consent once no controller has answered for too long. */
    private void stopUnheard() {
        long unheard = ports.clock().nanos() - session.heardAtNanos();
        if (unheard >= settings.leaderlessNanosMax()) {
            mayStop.complete(false);
        } else if (!mayStop.isDone()) {
            ports.loop().after(settings.leaderlessNanosMax() - unheard, this::stopUnheard);
        }
    }

    private void fatal(FlotillaError reason) {
        if (!over) {
            LOG.error("this run of broker {} is over: {}", registration.brokerId(), reason);
            end();
            events.onFatal(reason);
        }
    }

    private void end() {
        over = true;
        fenced = true;
        session.stop();
        mayStop.complete(false);
    }
}
