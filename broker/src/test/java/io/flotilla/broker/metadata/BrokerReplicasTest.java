package io.flotilla.broker.metadata;

import static io.flotilla.broker.metadata.Cluster.ORDERS;
import static io.flotilla.broker.metadata.Cluster.ORDERS_0;
import static io.flotilla.broker.metadata.Cluster.broker;
import static io.flotilla.broker.metadata.Cluster.change;
import static io.flotilla.broker.metadata.Cluster.led;
import static io.flotilla.broker.metadata.Cluster.orders;
import static io.flotilla.broker.metadata.Cluster.run;
import static io.flotilla.broker.metadata.Cluster.threeBrokers;
import static io.flotilla.broker.metadata.Cluster.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.broker.isr.Contacts;
import io.flotilla.broker.log.DirectorySettings;
import io.flotilla.broker.log.LogConfig;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.partition.Acks;
import io.flotilla.broker.partition.AppendCallback;
import io.flotilla.broker.partition.AppendRequest;
import io.flotilla.broker.partition.AppendResult;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.PartitionEvents;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.partition.PartitionPorts;
import io.flotilla.broker.partition.PartitionSettings;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.broker.partition.PartitionStatus.Role;
import io.flotilla.broker.partition.ReplicaSessions;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.disk.Disk;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.simulated.SimulatedDisk;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.record.Codec;
import io.flotilla.model.record.RecordBatchBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class BrokerReplicasTest {
    private static final int SELF = 1;

    private final SimulatedLoop loop = new SimulatedLoop();
    private final SimulatedDisk disk = new SimulatedDisk("disk-a");
    private final SimulatedDisk secondDisk = new SimulatedDisk("disk-b");
    private final List<Integer> askedLeaders = new ArrayList<>();
    private final List<Long> askedSessions = new ArrayList<>();
    private final FailingDisk failing = new FailingDisk(disk);
    private Node node = new Node(1);

    /** One run of broker 1 on the disks. */
    private final class Node {
        final Queue<Runnable> diskTasks = new ArrayDeque<>();
        final List<PartitionId> replaced = new ArrayList<>();
        final Queue<Runnable> heldSyncs = new ArrayDeque<>();
        boolean holdsSyncs;
        final List<LogDirectory> directories = List.of(open(failing, 1), open(secondDisk, 2));
        final PartitionLoop partitionLoop = new PartitionLoop(LoopSettings.defaults(), loop);
        final ReplicaRegistry registry = new ReplicaRegistry();
        final LocalDirectories local = new LocalDirectories(directories);
        final ReplicaSessions sessions = new ReplicaSessions();
        final BrokerReplicas replicas;
        final MetadataStage stage;

        Node(long epoch) {
            local.recover(directory -> Runnable::run).toCompletableFuture().join();
            replicas = new BrokerReplicas(
                    new BrokerReplicas.Parts(
                            loop,
                            diskTasks::add,
                            local,
                            registry,
                            List.of(partitionLoop),
                            ports(),
                            PartitionSettings.defaults()),
                    new LocalChanges(SELF, run(epoch)));
            stage = new MetadataStage(loop, replicas);
        }

        private LogDirectory open(Disk on, int id) {
            return LogDirectory.open(
                    on,
                    new DirectorySettings("c1", SELF, new DirectoryId(new UUID(3, id)), LogConfig.DEFAULT),
                    this::sync,
                    failure -> {});
        }

        private void sync(Runnable task) {
            if (holdsSyncs) {
                heldSyncs.add(task);
            } else {
                task.run();
            }
        }

        void releaseSyncs() {
            assertThat(heldSyncs).as("syncs under way").isNotEmpty();
            holdsSyncs = false;
            while (!heldSyncs.isEmpty()) {
                heldSyncs.remove().run();
            }
        }

        private PartitionPorts ports() {
            return new PartitionPorts(
                    SELF,
                    loop,
                    (id, proposal, outcome) -> {},
                    (leader, id, question) -> {
                        askedLeaders.add(leader);
                        askedSessions.add(question.session());
                    },
                    (broker, epoch) -> true,
                    new QuietContacts(),
                    sessions,
                    broker -> "client" + broker + ":9092",
                    new QuietEvents(replaced),
                    diskTasks::add);
        }

        void settle() {
            boolean ran = true;
            while (ran) {
                loop.run();
                ran = partitionLoop.runOne() > 0;
                while (!diskTasks.isEmpty()) {
                    diskTasks.remove().run();
                    ran = true;
                }
            }
        }
    }

    private static final class QuietContacts implements Contacts {
        @Override
        public long controllerHeardAtNanos() {
            return 0;
        }

        @Override
        public long replicaHeardAtNanos(int brokerId) {
            return Long.MIN_VALUE;
        }
    }

    private record QuietEvents(List<PartitionId> replaced) implements PartitionEvents {
        @Override
        public void onReplaced(PartitionId partition) {
            replaced.add(partition);
        }

        @Override
        public void onOffline(PartitionId partition, DiskException cause) {}

        @Override
        public void onDamaged(PartitionId partition, LogDamage damage) {}

        @Override
        public void onFull(PartitionId full, DiskException cause) {}

        @Override
        public void onCommittedTruncated(PartitionId partition, long offset, long highWatermark) {}

        @Override
        public void onAnswerDiscarded(PartitionId partition, String reason) {}
    }

    @Test
    void aNewTopicsReplicasGetLogsAndTheirRoles() {
        show(change(threeBrokers(), orders(led(1, 0, 0), led(2, 0, 0))).after());

        assertThat(status(0).role()).isEqualTo(Role.LEADER);
        assertThat(status(0).isr()).containsExactly(1, 2, 3);
        assertThat(status(1).role()).isEqualTo(Role.FOLLOWER);
        assertThat(status(1).leaderId()).isEqualTo(2);
        assertThat(askedLeaders).contains(2);
        assertThat(node.directories)
                .allSatisfy(directory -> assertThat(directory.logs()).hasSize(1));
    }

    @Test
    void theMetadataGoesOnWhileLogsAreMadeAndThoseThatWaitShareTheirSyncs() {
        MetadataImage image = threeBrokers();
        long syncs = disk.syncCount() + secondDisk.syncCount();
        for (int topic = 0; topic < 100; topic++) {
            MetadataChange created =
                    change(image, topic("t" + topic, new TopicId(new UUID(8, topic)), led(1, 0, 0), led(2, 0, 0)));
            node.stage.show(created);
            image = created.after();
        }
        assertThat(node.stage.applied().image()).isEqualTo(image);
        assertThat(held()).as("before the disk had its turn").isEmpty();

        node.settle();

        assertThat(node.registry.all()).hasSize(200);
        assertThat(node.registry.all())
                .extracting(partition -> partition.status().role())
                .containsOnly(Role.LEADER, Role.FOLLOWER);
        assertThat(disk.syncCount() + secondDisk.syncCount() - syncs).isLessThan(20);
    }

    @Test
    void aTopicDeletedWhileItsLogIsMadeIsDeletedInOrder() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        node.stage.show(created);
        node.stage.show(change(created, new TopicRemoved(ORDERS)));

        node.settle();

        assertThat(held()).isEmpty();
        assertThat(node.registry.all()).isEmpty();
    }

    @Test
    void withoutADirectoryLeftAReplicaWaitsForTheNextChangeOfItsMetadata() {
        node.directories.forEach(
                directory -> directory.health().fail(new DiskException(DiskException.Kind.SYNC_FAILED, "injected")));

        show(change(threeBrokers(), orders(led(1, 0, 0))).after());

        assertThat(node.registry.all()).isEmpty();
    }

    @Test
    void leadershipMovesAndIsrChangesReachTheRunningPartition() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);

        MetadataImage shrunk = apply(created, isr(led(1, 0, 1), 1, 2));
        assertThat(status(0).isr()).containsExactly(1, 2);

        apply(shrunk, led(3, 1, 2));
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
        assertThat(status(0).leaderEpoch()).isEqualTo(1);
    }

    @Test
    void withoutALeaderTheReplicaIdles() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);

        apply(created, led(PartitionState.NO_LEADER, 1, 1));

        assertThat(status(0).role()).isEqualTo(Role.IDLE);
    }

    @Test
    void aDeletedTopicsLogIsDeletedAfterThePartitionStopped() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);

        node.stage.show(change(created, new TopicRemoved(ORDERS)));
        assertThat(node.registry.find(ORDERS_0)).isEmpty();
        assertThat(held()).containsExactly(ORDERS_0);

        node.settle();
        assertThat(held()).isEmpty();
    }

    @Test
    void aReplicaThatWasRemovedAndAddedAgainStartsWithAnEmptyLog() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        show(created);
        PartitionState state = led(2, 0, 1);
        PartitionState readded = new PartitionState(
                List.of(new Replica(1, 9), new Replica(2, 4)), List.of(2), List.of(), 2, 0, 1, 2, PartitionPlan.NONE);

        node.stage.show(change(created, new PartitionSet(ORDERS, 0, state), new PartitionSet(ORDERS, 0, readded)));
        assertThat(node.registry.find(ORDERS_0)).isEmpty();
        node.settle();

        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
        assertThat(held()).containsExactly(ORDERS_0);
    }

    @Test
    void aLogThatIsReplacedInThisRunGoesOnInLaterSessions() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        show(created);
        long last = askedSessions.get(askedSessions.size() - 1);

        apply(created, readded());

        assertThat(askedSessions.get(askedSessions.size() - 1)).isGreaterThan(last);
    }

    @Test
    void aDeletionThatBreaksTakesItsDirectoryOfflineAndTheReplicaElsewhere() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        show(created);
        LogDirectory first = node.directories.get(0);
        assertThat(first.holds(ORDERS_0)).isTrue();
        writeTo(ORDERS_0);
        failing.breakNextDeletion(new UncheckedIOException(new IOException("a file system bug")));

        apply(created, readded());

        assertThat(first.health().failure()).hasMessageContaining("a file system bug");
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
        assertThat(node.directories.get(1).holds(ORDERS_0)).isTrue();
    }

    @Test
    void aBugInADeletionHoldsNeitherTheReplicaNorTheStopUp() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        show(created);
        writeTo(ORDERS_0);
        failing.breakNextDeletion(new AssertionError("a bug"));

        node.stage.show(change(created, new TopicRemoved(ORDERS)));
        assertThatThrownBy(node::settle).hasMessage("a bug");
        CompletableFuture<Void> stopped = node.replicas.stop().toCompletableFuture();
        node.settle();

        assertThat(stopped).isCompleted();
    }

    /** Broker 1 taken off the partition and put on it again, in one step. */
    private static PartitionState readded() {
        return new PartitionState(
                List.of(new Replica(1, 9), new Replica(2, 4)), List.of(2), List.of(), 2, 0, 1, 2, PartitionPlan.NONE);
    }

    @Test
    void aTopicDeletedWhileItsReplicaIsStillRetiringIsDeletedInOrder() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        show(created);
        PartitionState readded = new PartitionState(
                List.of(new Replica(1, 9), new Replica(2, 4)), List.of(2), List.of(), 2, 0, 1, 2, PartitionPlan.NONE);
        MetadataChange removedAndAdded = change(created, new PartitionSet(ORDERS, 0, readded));

        node.stage.show(removedAndAdded);
        node.stage.show(change(removedAndAdded.after(), new TopicRemoved(ORDERS)));
        node.settle();

        assertThat(held()).isEmpty();
        assertThat(node.registry.all()).isEmpty();
    }

    @Test
    void afterARestartTheLogsAreThereAndNothingIsLost() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);

        restart(40);
        assertThat(node.replicas.lost()).isEmpty();
        assertThat(held()).containsExactly(ORDERS_0);

        show(created);
        assertThat(status(0).role()).as("of a run that is not registered").isEqualTo(Role.IDLE);
        MetadataChange registered =
                change(created, new BrokerSet(broker(1, 40)), new PartitionSet(ORDERS, 0, isr(led(2, 1, 1), 2, 3)));
        node.stage.show(registered);
        node.settle();
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aRunThatIsNotRegisteredYetFollowsNobody() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 1, 1))).after();
        show(created);
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);

        restart(5);
        show(created);
        assertThat(status(0).role()).isEqualTo(Role.IDLE);

        show(change(created, new BrokerSet(broker(SELF, 5))).after());
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aLogThatIsGoneIsReportedAndFetchedAnewOnceNobodyCountsOnIt() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        show(created);
        writeTo(ORDERS_0);
        node.directories.forEach(LogDirectory::close);
        deleteTheLogFolders();
        node = new Node(40);
        MetadataImage registered = change(created, new BrokerSet(broker(1, 40))).after();

        show(registered);
        assertThat(node.replicas.lost()).containsExactly(ORDERS_0);
        assertThat(node.registry.find(ORDERS_0)).isEmpty();

        apply(registered, isr(led(2, 0, 1), 2, 3));
        assertThat(node.replicas.lost()).isEmpty();
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aReplicaThatIsFoundDamagedWhileItRunsIsKeptAsideAndFetchedAnewOnceNobodyCountsOnIt() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        show(created);
        damage(ORDERS_0);
        assertThat(node.replicas.lost()).as("while it is in the ISR").containsExactly(ORDERS_0);
        assertThat(node.replaced).isEmpty();

        apply(created, isr(led(2, 0, 1), 2, 3));
        assertThat(node.replicas.lost()).isEmpty();
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
        assertThat(List.of(disk, secondDisk))
                .anySatisfy(each -> assertThat(each.list("")).anyMatch(name -> name.endsWith(".damaged-1")));
        assertThat(node.replaced).as("so that the controller hears at once").containsExactly(ORDERS_0);
    }

    @Test
    void aReplicaOnWhichNobodyCountsIsFetchedAnewAtOnceWhenItIsFoundDamaged() {
        show(change(threeBrokers(), orders(isr(led(2, 0, 1), 2, 3))).after());
        damage(ORDERS_0);
        assertThat(node.replicas.lost()).isEmpty();
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
    }

    /** As if a reader had found it. */
    private void damage(PartitionId id) {
        PartitionLog log = node.local.log(id).orElseThrow().log();
        log.declareDamage(new LogDamage(0, "found by a reader"));
        log.noteDamage();
        node.replicas.onDamaged(id);
        node.settle();
    }

    @Test
    void aReplicaThatMovedAwayWhileTheBrokerWasDownIsDeletedAtItsNextStart() {
        show(change(threeBrokers(), orders(led(2, 0, 0), led(2, 0, 0))).after());
        node.replicas.registered(1);
        restart(40);

        show(change(movedAway(), new BrokerSet(broker(1, 40))).after());

        assertThat(node.local.logs()).containsExactly(new PartitionId(ORDERS, 1));
    }

    @Test
    void logsOfPartitionsThatNobodyKnowsAreKept() {
        show(change(threeBrokers(), orders(led(2, 0, 0))).after());
        node.replicas.registered(1);
        restart(40);

        show(change(threeBrokers(), new BrokerSet(broker(1, 40))).after());

        assertThat(node.local.logs()).containsExactly(ORDERS_0);
    }

    @Test
    void logsAreKeptWhereMetadataMayBeLost() {
        show(change(threeBrokers(), orders(led(2, 0, 0))).after());
        node.replicas.registered(1);
        restart(40);

        MetadataImage recovered = movedAway().withCluster("c1", "h2").withRevision(1L << 32);
        show(change(recovered, new BrokerSet(broker(1, 40))).after());

        assertThat(node.local.logs()).contains(ORDERS_0);
    }

    @Test
    void logsAreKeptWhereNobodyRemembersARegistration() {
        show(change(threeBrokers(), orders(led(2, 0, 0))).after());
        restart(40);

        show(change(movedAway(), new BrokerSet(broker(1, 40))).after());

        assertThat(node.local.logs()).contains(ORDERS_0);
    }

    /** Partition 0 of two has left broker 1. */
    private static MetadataImage movedAway() {
        PartitionState rest = new PartitionState(
                List.of(new Replica(2, 4), new Replica(3, 4)),
                List.of(2, 3),
                List.of(),
                2,
                0,
                1,
                2,
                PartitionPlan.NONE);
        return change(threeBrokers(), orders(rest, led(2, 0, 0))).after();
    }

    @Test
    void aFailedDirectoryLosesItsLogsAndNewOnesGoElsewhere() {
        show(change(threeBrokers(), orders(led(2, 0, 0), led(2, 0, 0))).after());
        LogDirectory failed = node.directories.stream()
                .filter(directory -> directory.holds(ORDERS_0))
                .findFirst()
                .orElseThrow();

        failed.health().fail(new DiskException(DiskException.Kind.SYNC_FAILED, "injected"));
        show(change(node.stage.applied().image(), new PartitionSet(ORDERS, 2, led(2, 0, 0)))
                .after());

        assertThat(node.replicas.lost()).containsExactly(ORDERS_0);
        assertThat(node.replicas.failedDirectories()).containsExactly(failed.id());
        assertThat(failed.holds(new PartitionId(ORDERS, 2))).isFalse();
        assertThat(status(2).role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void theMarkListsEveryRunAndTheEpochIsRemembered() {
        node.replicas.mark(run(1));
        node.replicas.registered(17);

        restart(40);

        assertThat(node.replicas.mark(run(40)))
                .allSatisfy(mark -> assertThat(mark.incarnations()).containsExactly(run(1), run(40)));
        assertThat(node.local.previousBrokerEpoch()).isEqualTo(17);
        assertThat(node.local.wasCleanStop()).isTrue();
    }

    @Test
    void aDrainEndsWhenNoLeadershipIsLeftThatCouldMove() {
        PartitionState alone = isr(led(1, 0, 0), 1);
        MetadataImage created =
                change(threeBrokers(), orders(led(1, 0, 0), alone)).after();
        show(created);

        CompletableFuture<Void> drained = node.replicas.drain().toCompletableFuture();
        node.settle();
        assertThat(drained).isNotDone();
        assertThat(refusalOfAnAppend(0)).contains("is moving");
        assertThat(refusalOfAnAppend(1)).doesNotContain("is moving");

        apply(created, led(2, 1, 1));
        assertThat(drained).isCompleted();
    }

    @Test
    void aPlannedMoveDrainsThatPartitionAloneAndAnEndedPlanLetsItWriteAgain() {
        MetadataImage created =
                change(threeBrokers(), orders(led(1, 0, 0), led(1, 0, 0))).after();
        show(created);

        MetadataImage planned = change(created, new PartitionSet(ORDERS, 0, planned(led(1, 0, 1), 2)))
                .after();
        node.stage.show(planned);
        node.settle();
        assertThat(refusalOfAnAppend(0)).contains("is moving");
        assertThat(refusalOfAnAppend(1)).doesNotContain("is moving");

        node.stage.show(
                change(planned, new PartitionSet(ORDERS, 0, led(1, 0, 2))).after());
        node.settle();
        assertThat(refusalOfAnAppend(0)).doesNotContain("is moving");
    }

    private static PartitionState planned(PartitionState state, int nextLeader) {
        return new PartitionState(
                state.replicas(),
                state.isr(),
                state.elr(),
                state.leader(),
                state.leaderEpoch(),
                state.partitionEpoch(),
                state.lastKnownLeader(),
                PartitionPlan.NONE.withNextLeader(nextLeader));
    }

    @Test
    void aStopWaitsForALogThatIsBeingDeleted() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);
        node.stage.show(change(created, new TopicRemoved(ORDERS)));

        CompletableFuture<Void> stopped = node.replicas.stop().toCompletableFuture();
        loop.run();
        node.partitionLoop.runOne();
        assertThat(stopped).isNotDone();

        node.settle();
        assertThat(stopped).isCompleted();
        assertThat(held()).isEmpty();
    }

    @Test
    void stoppedNothingRunsAndLaterMetadataChangesNothing() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);

        CompletableFuture<Void> stopped = node.replicas.stop().toCompletableFuture();
        node.settle();
        assertThat(stopped).isCompleted();
        assertThat(node.registry.all()).isEmpty();

        node.stage.show(change(created, new TopicRemoved(ORDERS)));
        node.settle();
        assertThat(held()).containsExactly(ORDERS_0);
    }

    @Test
    void aLogThatAFailedDirectoryMayHoldIsLostAndNotMadeElsewhere() {
        failing.breakNextReplacement(); // of the catalogue

        show(change(threeBrokers(), orders(led(2, 0, 0))).after());

        assertThat(node.directories.get(0).health().isOffline()).isTrue();
        assertThat(node.replicas.lost()).containsExactly(ORDERS_0);
        assertThat(node.directories.get(1).logs()).isEmpty();
        restart(40);
        assertThat(held()).containsExactly(ORDERS_0);
    }

    @Test
    void aPartitionThatTwoDirectoriesHoldIsLostAndBothOfItsLogsAreKeptAside() {
        MetadataImage created = change(threeBrokers(), orders(led(2, 0, 0))).after();
        node.directories.forEach(directory -> {
            directory.create(Map.of(ORDERS_0, "orders"));
            directory.openLog(ORDERS_0).appendAsLeader(batch(), 0, 1_000);
        });

        restart(40);

        assertThat(node.replicas.lost()).containsExactly(ORDERS_0);
        assertThat(held()).containsExactly(ORDERS_0);
        assertThat(List.of(disk, secondDisk))
                .allSatisfy(each -> assertThat(each.list("")).anyMatch(name -> name.contains(".duplicate-")));
        restart(41);
        assertThat(node.replicas.lost()).as("after another start").containsExactly(ORDERS_0);

        MetadataImage registered = change(created, new BrokerSet(broker(1, 41))).after();
        show(registered);
        apply(registered, isr(led(2, 0, 1), 2, 3));
        assertThat(node.replicas.lost()).isEmpty();
        assertThat(status(0).role()).isEqualTo(Role.FOLLOWER);
    }

    @Test
    void aLogWhoseSyncIsUnderWayIsDeletedAfterIt() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);
        node.holdsSyncs = true;
        append(0);

        show(change(created, new TopicRemoved(ORDERS)).after());
        assertThat(held()).as("while the sync is under way").containsExactly(ORDERS_0);
        node.releaseSyncs();
        node.settle();

        assertThat(node.directories)
                .allSatisfy(
                        directory -> assertThat(directory.health().failure()).isNull());
        assertThat(held()).isEmpty();
    }

    @Test
    void aLogOfAFailedDirectoryIsLeftAloneTooUntilItsSyncIsOver() {
        MetadataImage created = change(threeBrokers(), orders(led(1, 0, 0))).after();
        show(created);
        node.holdsSyncs = true;
        append(0);
        node.directories.forEach(
                directory -> directory.health().fail(new DiskException(DiskException.Kind.SYNC_FAILED, "injected")));
        append(0);
        assertThat(status(0).role()).isEqualTo(Role.OFFLINE);

        CompletableFuture<Void> stopped = node.replicas.stop().toCompletableFuture();
        node.settle();
        assertThat(stopped).isNotDone();
        node.releaseSyncs();
        node.settle();

        assertThat(stopped).isCompleted();
    }

    @Test
    void aStopWaitsForTheSyncsUnderWay() {
        show(change(threeBrokers(), orders(led(1, 0, 0))).after());
        node.holdsSyncs = true;
        append(0);

        CompletableFuture<Void> stopped = node.replicas.stop().toCompletableFuture();
        node.settle();
        assertThat(stopped).isNotDone();

        node.releaseSyncs();
        node.settle();
        assertThat(stopped).isCompleted();
        node.directories.forEach(LogDirectory::close);
        assertThat(node.directories)
                .allSatisfy(
                        directory -> assertThat(directory.health().failure()).isNull());
    }

    private void show(MetadataImage image) {
        node.stage.show(image);
        node.settle();
    }

    private MetadataImage apply(MetadataImage before, PartitionState state) {
        MetadataChange change = change(before, new PartitionSet(ORDERS, 0, state));
        node.stage.show(change);
        node.settle();
        return change.after();
    }

    private void restart(long epoch) {
        node.replicas.stop();
        node.settle();
        node.directories.forEach(LogDirectory::close);
        node = new Node(epoch);
    }

    private void deleteTheLogFolders() {
        for (SimulatedDisk each : List.of(disk, secondDisk)) {
            for (String name : each.list("")) {
                if (each.isDirectory(name)) {
                    each.list(name).forEach(file -> each.delete(name + "/" + file));
                    each.delete(name);
                }
            }
            each.syncDirectory("");
        }
    }

    private PartitionStatus status(int partition) {
        return node.registry
                .find(new PartitionId(ORDERS, partition))
                .orElseThrow()
                .status();
    }

    private void append(int partition) {
        append(partition, batch(), refusal -> {});
    }

    /** Gives the log a folder and a file. */
    private void writeTo(PartitionId id) {
        node.local.log(id).orElseThrow().log().appendAsLeader(batch(), 0, 1_000);
    }

    private static ByteBuffer batch() {
        return new RecordBatchBuilder(Codec.NONE, 64)
                .add(1_000, null, new byte[] {1})
                .build();
    }

    private String refusalOfAnAppend(int partition) {
        List<FlotillaError> refusals = new ArrayList<>();
        append(partition, ByteBuffer.allocate(0), refusals::add);
        return refusals.get(0).message();
    }

    private void append(int partition, ByteBuffer batches, Consumer<FlotillaError> onRefused) {
        node.registry
                .find(new PartitionId(ORDERS, partition))
                .orElseThrow()
                .append(
                        new AppendRequest(CallContext.internal("test"), Partition.ANY_EPOCH, Acks.ALL, batches),
                        new AppendCallback() {
                            @Override
                            public void appended(AppendResult result) {}

                            @Override
                            public void refused(FlotillaError error) {
                                onRefused.accept(error);
                            }
                        });
        node.settle();
    }

    private List<PartitionId> held() {
        return node.directories.stream()
                .flatMap(directory -> directory.logs().stream())
                .toList();
    }

    private static PartitionState isr(PartitionState state, Integer... isr) {
        return new PartitionState(
                state.replicas(),
                List.of(isr),
                List.of(),
                state.leader(),
                state.leaderEpoch(),
                state.partitionEpoch(),
                state.lastKnownLeader(),
                PartitionPlan.NONE);
    }
}
