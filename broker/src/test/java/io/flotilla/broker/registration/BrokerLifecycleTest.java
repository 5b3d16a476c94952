package io.flotilla.broker.registration;

import static io.flotilla.broker.metadata.Cluster.ORDERS_0;
import static io.flotilla.broker.metadata.Cluster.broker;
import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.node;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.run;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static io.flotilla.broker.registration.ScriptedController.last;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.metadata.LocalLogs.DirectoryMark;
import io.flotilla.broker.metadata.MetadataStage;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.registration.ControllerClient.Heartbeat;
import io.flotilla.broker.registration.ControllerClient.Registered;
import io.flotilla.broker.registration.ControllerClient.Registration;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BrokerLifecycleTest {
    private static final long MS = 1_000_000;
    private static final long HEARTBEAT_MS = 100;
    private static final long SILENCE_MS = 1_000;
    private static final long DRAIN_MS_MAX = 1_500;
    private static final long SHUTDOWN_MS_MAX = 30_000;
    private static final long EPOCH = 4;
    private static final DirectoryMark MARK =
            new DirectoryMark(new DirectoryId(new UUID(3, 3)), List.of(run(1), run(EPOCH)));
    private static final FlotillaError UNREACHABLE =
            FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "UNAVAILABLE: connection refused");

    private final SimulatedLoop loop = new SimulatedLoop();
    private final ScriptedController controller = new ScriptedController();
    private final ScriptedLogs logs = new ScriptedLogs(MARK);
    private final MetadataStage metadata = new MetadataStage(loop);
    private final List<FlotillaError> fatal = new ArrayList<>();
    private final BrokerLifecycle lifecycle = new BrokerLifecycle(
            new BrokerLifecycle.Ports(loop, loop, controller, logs, metadata.applied()),
            new Registration(
                    "c1", 1, run(EPOCH), 1, false, Optional.empty(), Map.of(), FeatureRange.CURRENT, List.of()),
            new LifecycleSettings(
                    HEARTBEAT_MS * MS,
                    SILENCE_MS * MS,
                    30_000 * MS,
                    DRAIN_MS_MAX * MS,
                    SHUTDOWN_MS_MAX * MS,
                    Backoff.fast()),
            fatal::add);

    @Test
    void theDisksAreMarkedBeforeTheBrokerRegistersWithWhatTheyRemember() {
        lifecycle.start();
        loop.run();

        assertThat(logs.markedFor).containsExactly(run(EPOCH));
        assertThat(controller.registrations).singleElement().satisfies(sent -> {
            assertThat(sent.directories()).containsExactly(MARK);
            assertThat(sent.incarnation()).isEqualTo(run(EPOCH));
        });
    }

    @Test
    void theRegistrationIsRepeatedUnchangedUntilAControllerTakesIt() {
        lifecycle.start();
        loop.run();
        for (int attempt = 0; attempt < 3; attempt++) {
            last(controller.registrationAnswers).completeExceptionally(UNREACHABLE.exception());
            loop.pass(200);
        }

        assertThat(controller.registrations).hasSize(4).containsOnly(controller.registrations.get(0));
        assertThat(logs.markedFor).hasSize(1);
        assertThat(lifecycle.registered()).isNotDone();

        last(controller.registrationAnswers).complete(new Registered(EPOCH, EPOCH));
        loop.run();
        assertThat(lifecycle.registered()).isCompletedWithValue(new Registered(EPOCH, EPOCH));
        assertThat(lifecycle.brokerEpoch()).isEqualTo(EPOCH);
        assertThat(logs.registeredWith).containsExactly(EPOCH);
    }

    @Test
    void theRegistrationDoesNotWaitAnyLongerOnceTheActiveControllerIsNamed() {
        lifecycle.start();
        loop.run();
        for (int attempt = 0; attempt < 5; attempt++) {
            last(controller.registrationAnswers).completeExceptionally(UNREACHABLE.exception());
            loop.pass(200);
        }
        last(controller.registrationAnswers).completeExceptionally(UNREACHABLE.exception());
        loop.run();
        assertThat(controller.registrations).hasSize(6);

        lifecycle.onActiveController(node(2));
        loop.run();

        assertThat(controller.registrations).hasSize(7);
        lifecycle.onActiveController(node(2));
        loop.pass(1_000);
        assertThat(controller.registrations).hasSize(7); // its answer is awaited
    }

    @Test
    void aRefusalOfWhatTheBrokerIsEndsTheRun() {
        lifecycle.start();
        loop.run();

        last(controller.registrationAnswers)
                .completeExceptionally(FlotillaError.notApplied(ErrorCode.INCONSISTENT_CLUSTER_ID, "cluster c2")
                        .exception());
        loop.pass(10_000);

        assertThat(fatal).extracting(FlotillaError::code).containsExactly(ErrorCode.INCONSISTENT_CLUSTER_ID);
        assertThat(controller.registrations).hasSize(1);
    }

    @Test
    void anotherRunOfTheSameBrokerGetsTimeToDisappear() {
        FlotillaError duplicate = FlotillaError.notApplied(ErrorCode.DUPLICATE_BROKER_REGISTRATION, "run 1 is alive");
        lifecycle.start();
        loop.run();
        while (loop.nanos() < 29_000 * MS) {
            last(controller.registrationAnswers).completeExceptionally(duplicate.exception());
            loop.pass(200);
        }
        assertThat(fatal).isEmpty();

        while (loop.nanos() < 32_000 * MS && fatal.isEmpty()) {
            last(controller.registrationAnswers).completeExceptionally(duplicate.exception());
            loop.pass(200);
        }
        assertThat(fatal).containsExactly(duplicate);
    }

    @Test
    void itAsksToServeOnceItHasAppliedItsRegistrationAndReportedWhatItLost() {
        register();
        logs.lost = List.of(ORDERS_0);
        assertThat(heartbeat()).isEqualTo(new Heartbeat(EPOCH, 0, false, false, List.of(), List.of(), false));

        MetadataImage image = registeredImage(led(2, 1, 1));
        apply(image);

        assertThat(heartbeat())
                .isEqualTo(new Heartbeat(EPOCH, image.revision(), true, false, List.of(ORDERS_0), List.of(), true));
        assertThat(lifecycle.ready()).isNotDone();
        assertThat(lifecycle.fenced()).isTrue();

        controller.stream().answers(false, false);
        loop.run();
        assertThat(lifecycle.ready()).isCompleted();
        assertThat(lifecycle.fenced()).isFalse();
    }

    @Test
    void aLostReplicaIsReportedUntilNobodyCountsOnItAndNotWhenItIsBackInSync() {
        register();
        logs.lost = List.of(ORDERS_0);
        MetadataImage inSync = registeredImage(led(2, 1, 1));
        apply(inSync);
        assertThat(heartbeat().lostReplicas()).containsExactly(ORDERS_0);

        MetadataImage out = change(inSync, new PartitionSet(ORDERS_0.topic(), 0, isrOf(2, 3)))
                .after();
        apply(out);
        assertThat(heartbeat().lostReplicas()).isEmpty();

        apply(change(out, new PartitionSet(ORDERS_0.topic(), 0, isrOf(1, 2, 3))).after());
        assertThat(heartbeat().lostReplicas()).isEmpty();
        assertThat(heartbeat().recoveryReported()).isTrue();
    }

    @Test
    void aReplicaLostOnceMoreIsReportedOnceMore() {
        register();
        logs.lost = List.of(ORDERS_0);
        MetadataImage out = registeredImage(isrOf(2, 3));
        apply(out);
        assertThat(heartbeat().lostReplicas()).isEmpty();

        logs.lost = List.of();
        apply(change(out, new PartitionSet(ORDERS_0.topic(), 0, isrOf(1, 2, 3))).after());
        logs.lost = List.of(ORDERS_0);
        lifecycle.onLogsLost();
        loop.run();

        assertThat(heartbeat().lostReplicas()).containsExactly(ORDERS_0);
    }

    @Test
    void theStateIsToldAtEachInterval() {
        serve();
        int told = controller.stream().heartbeats.size();

        for (int i = 0; i < 10; i++) {
            loop.pass(HEARTBEAT_MS);
            controller.stream().answers(false, false);
        }

        assertThat(controller.stream().heartbeats).hasSize(told + 10);
        assertThat(controller.streams).hasSize(1);
        assertThat(loop.run().nanos() - lifecycle.controllerHeardAtNanos()).isZero();
    }

    @Test
    void whileAnotherBrokerStopsWhatIsAppliedIsToldAtOnce() {
        serve();
        MetadataImage image = metadata.applied().image();
        int told = controller.stream().heartbeats.size();

        metadata.show(change(image, new BrokerSet(broker(2, 2).withShuttingDown(true))));
        lifecycle.onMetadataApplied();
        loop.run();

        assertThat(controller.stream().heartbeats).hasSize(told + 1);
        assertThat(heartbeat().appliedRevision()).isEqualTo(image.revision() + 1);
    }

    @Test
    void aBrokenStreamIsReplacedWithinMillisecondsAtTheNewController() {
        serve();

        controller.active = node(2);
        controller.stream().sink.onClosed(UNREACHABLE);
        loop.pass(20);

        assertThat(controller.streams).hasSize(2);
        assertThat(controller.stream().node).isEqualTo(node(2));
        assertThat(heartbeat().wantUnfenced()).isTrue();
        assertThat(fatal).isEmpty();
    }

    @Test
    void aNodeThatIsNoLongerActiveIsLeft() {
        serve();

        controller.stream().refuses(FlotillaError.notApplied(ErrorCode.NOT_CONTROLLER, "node 2 is"));
        loop.pass(20);

        assertThat(controller.streams).hasSize(2);
        assertThat(controller.streams.get(0).closed).isTrue();
    }

    @Test
    void aSilentControllerIsAbandoned() {
        serve();
        long heard = lifecycle.controllerHeardAtNanos();

        loop.pass(SILENCE_MS + 2 * HEARTBEAT_MS + 20);

        assertThat(controller.streams.get(0).abandoned).isTrue();
        assertThat(controller.streams).hasSize(2);
        assertThat(lifecycle.controllerHeardAtNanos()).isEqualTo(heard);
    }

    @Test
    void theFeedsWordOnTheControllerCountsOnlyWhileTheOwnStreamIsSilent() {
        serve();
        lifecycle.onActiveController(node(2));
        loop.run();
        assertThat(controller.streams).hasSize(1);

        loop.pass(3 * HEARTBEAT_MS);
        lifecycle.onActiveController(node(2));
        loop.run();

        assertThat(controller.streams).hasSize(2);
        assertThat(controller.stream().node).isEqualTo(node(2));
        assertThat(controller.streams.get(0).closed).isTrue();
    }

    @Test
    void fencedWhileItRunsItKeepsAskingToServe() {
        serve();

        controller.stream().answers(true, false);
        loop.pass(HEARTBEAT_MS);
        assertThat(lifecycle.fenced()).isTrue();
        assertThat(heartbeat().wantUnfenced()).isTrue();

        controller.stream().answers(false, false);
        loop.run();
        assertThat(lifecycle.fenced()).isFalse();
    }

    @Test
    void aReplacedRegistrationEndsTheRun() {
        serve();

        controller.stream().refuses(FlotillaError.notApplied(ErrorCode.STALE_BROKER_EPOCH, "run 9 has registered"));
        loop.pass(5_000);

        assertThat(fatal).extracting(FlotillaError::code).containsExactly(ErrorCode.STALE_BROKER_EPOCH);
        assertThat(lifecycle.fenced()).isTrue();
        assertThat(controller.stream().closed).isTrue();
        assertThat(controller.streams).hasSize(1);
        assertThat(controller.registrations).hasSize(1);
    }

    @Test
    void aControlledShutdownDrainsFirstThenAsksAndWaitsForConsent() {
        serve();

        CompletableFuture<Boolean> consent = lifecycle.shutDown();
        loop.run();
        assertThat(logs.drains).hasSize(1);
        assertThat(heartbeat().wantShutdown()).isFalse();

        logs.drains.get(0).complete(null);
        loop.run();
        assertThat(heartbeat().wantShutdown()).isTrue();
        assertThat(heartbeat().wantUnfenced()).isFalse();

        controller.stream().answers(false, false);
        loop.pass(HEARTBEAT_MS);
        assertThat(consent).isNotDone();
        controller.stream().answers(false, true);
        loop.run();
        assertThat(consent).isCompletedWithValue(true);
    }

    @Test
    void aDrainThatDoesNotEndDelaysTheQuestionOnlySoLong() {
        serve();
        lifecycle.shutDown();

        loop.pass(DRAIN_MS_MAX);

        assertThat(heartbeat().wantShutdown()).isTrue();
    }

    @Test
    void aShutdownThatNobodyAnswersEndsSoon() {
        serve();
        CompletableFuture<Boolean> consent = lifecycle.shutDown();

        loop.pass(4 * SILENCE_MS - 1);
        assertThat(consent).isNotDone();
        loop.pass(1);

        assertThat(consent).isCompletedWithValue(false);
    }

    @Test
    void aShutdownThatIsAnsweredWithoutConsentEndsByItself() {
        serve();
        CompletableFuture<Boolean> consent = lifecycle.shutDown();

        for (long passed = 0; passed < SHUTDOWN_MS_MAX; passed += HEARTBEAT_MS) {
            assertThat(consent).isNotDone();
            controller.stream().answers(false, false);
            loop.pass(HEARTBEAT_MS);
        }

        assertThat(consent).isCompletedWithValue(false);
    }

    @Test
    void aShutdownBeforeTheRegistrationNeedsNobodysConsent() {
        lifecycle.start();
        loop.run();

        CompletableFuture<Boolean> consent = lifecycle.shutDown();
        loop.run();

        assertThat(consent).isCompletedWithValue(false);
    }

    @Test
    void stoppedItSaysNothingMore() {
        serve();

        lifecycle.stop();
        loop.run();
        int told = controller.stream().heartbeats.size();
        loop.pass(10_000);

        assertThat(controller.stream().closed).isTrue();
        assertThat(controller.stream().heartbeats).hasSize(told);
        assertThat(controller.streams).hasSize(1);
    }

    private void register() {
        lifecycle.start();
        loop.run();
        last(controller.registrationAnswers).complete(new Registered(EPOCH, EPOCH));
        loop.run();
    }

    private void serve() {
        register();
        apply(registeredImage(led(1, 2, 2)));
        controller.stream().answers(false, false);
        loop.run();
    }

    private void apply(MetadataImage image) {
        metadata.show(image);
        lifecycle.onMetadataApplied();
        loop.run();
        loop.pass(HEARTBEAT_MS);
        if (!lifecycle.fenced()) {
            controller.stream().answers(false, false);
            loop.run();
        }
    }

    private Heartbeat heartbeat() {
        return controller.stream().latest();
    }

    /** Run EPOCH of broker 1 is registered, at revision EPOCH or later. */
    private static MetadataImage registeredImage(PartitionState state) {
        MetadataImage registered =
                change(threeBrokers(), new BrokerSet(broker(1, EPOCH))).after();
        return change(registered, orders(state)).after();
    }

    private static PartitionState isrOf(Integer... brokers) {
        PartitionState state = led(2, 1, 1);
        return new PartitionState(
                state.replicas(), List.of(brokers), List.of(), 2, 1, state.partitionEpoch() + 1, 2, PartitionPlan.NONE);
    }
}
