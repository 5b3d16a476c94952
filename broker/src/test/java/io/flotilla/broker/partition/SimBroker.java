package io.flotilla.broker.partition;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.Contacts;
import io.flotilla.broker.isr.ReplicaView;
import io.flotilla.broker.log.DirectorySpace;
import io.flotilla.broker.log.Flusher;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.RestartableLog;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.Durability;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One broker of the simulation: a real partition on a real loop and log, on a disk that forgets what was not synced.
 */
final class SimBroker {
    private static final PartitionId PARTITION = new PartitionId(new TopicId(new UUID(1, 1)), 0);

    private final SimWorld world;
    private final int id;
    private final RestartableLog storage;
    private @Nullable Run run;
    private long frozenUntilNanos;
    private long streams;

    SimBroker(SimWorld world, int id) {
        this.world = world;
        this.id = id;
        this.storage = new RestartableLog("disk" + id);
        world.every(400 * SimWorld.MS, this::heartbeat);
    }

    /** One run of the process. What arrives for an earlier one goes nowhere. */
    private final class Run implements Contacts, PartitionEvents {
        final PartitionLoop loop = new PartitionLoop(LoopSettings.defaults(), world.clock);
        final Partition partition;
        final long brokerEpoch;
        long appliedRevision;
        SimController.@Nullable State applied;
        long controllerHeardNanos = world.clock.nanos();
        /** Streams to leaders, by leader. */
        final TreeMap<Integer, Stream> open = new TreeMap<>();

        final TreeMap<Integer, Long> followersHeard = new TreeMap<>();

        Run() {
            brokerEpoch = world.controller.register(id);
            PartitionPorts ports = new PartitionPorts(
                    id,
                    world.clock,
                    (partitionId, proposal, outcome) -> world.controller.propose(id, brokerEpoch, proposal, outcome),
                    (leader, partitionId, question) -> ask(leader, question),
                    (broker, epoch) -> applied != null
                            && epoch == applied.brokerEpochs().getOrDefault(broker, -1L)
                            && !applied.fenced().contains(broker),
                    this,
                    new ReplicaSessions(),
                    broker -> "",
                    this,
                    task -> world.at(syncNanos(), () -> onlyIf(this, task)));
            Flusher flusher =
                    new Flusher(task -> world.at(syncNanos(), () -> onlyIf(this, task)), storage.health(), () -> {});
            partition = new Partition(
                    new PartitionConfig(
                            PARTITION,
                            storage.log(),
                            flusher,
                            new DirectorySpace(storage.disk(), 0),
                            loop,
                            ports,
                            PartitionSettings.defaults()),
                    new TopicBounds(Durability.SYNCED, 1 << 20));
        }

        private long syncNanos() {
            return (100 + world.random.nextInt(5_000)) * 1_000L;
        }

        // ---- to leaders ------------------------------------------------------------------------------------------

        /** One stream to a leader: keeps order while it lives. */
        private final class Stream {
            final int leader;
            final FollowerStream name = new FollowerStream(id, brokerEpoch, ++streams);
            final SimBroker.@Nullable Run peer;
            long busyUntilNanos;
            boolean broken;

            Stream(int leader) {
                this.leader = leader;
                this.peer = world.brokers.get(leader).run;
            }

            /** Delivers in order; on a broken way the stream ends, and what was under way may still arrive, late. */
            void carry(int from, int to, Runnable delivery) {
                if (broken || peer == null) {
                    return;
                }
                long delay = (20 + world.random.nextInt(600)) * 1_000L;
                busyUntilNanos = Math.max(busyUntilNanos + 1, world.clock.nanos() + delay);
                boolean late = !world.reaches(from, to) && world.chance(0.3);
                long wait = busyUntilNanos - world.clock.nanos() + (late ? world.random.nextInt(500) * SimWorld.MS : 0);
                world.at(wait, () -> {
                    if (late || (!broken && world.reaches(from, to))) {
                        delivery.run();
                    } else {
                        end();
                    }
                });
            }

            void end() {
                if (!broken) {
                    broken = true;
                    open.remove(leader, this);
                    onlyIf(peer, () -> peer.partition.onReplicaStreamClosed(name));
                    world.between(20, 150, () -> onlyIf(Run.this, () -> openTo(leader)));
                }
            }
        }

        private void ask(int leader, ReplicaQuestion question) {
            Stream stream = open.get(leader);
            if (stream == null) {
                openTo(leader);
                return;
            }
            stream.carry(
                    id,
                    leader,
                    () -> onlyIf(stream.peer, () -> {
                        stream.peer.followersHeard.put(id, world.clock.nanos());
                        stream.peer.partition.onReplicaQuestion(
                                stream.name, question, answer -> answer(stream, answer));
                    }));
        }

        private void answer(Stream stream, ReplicaAnswer answer) {
            ByteBuffer bytes = ByteBuffer.allocate(0);
            if (answer.records() != null) {
                try (var records = answer.records()) {
                    bytes = records.copy();
                }
            }
            ReceivedAnswer received = new ReceivedAnswer(answer.header(), bytes);
            stream.carry(
                    stream.leader,
                    id,
                    () -> onlyIf(Run.this, () -> partition.onAnswer(stream.leader, received, () -> {})));
        }

        private void openTo(int leader) {
            boolean wanted = partition.status().leaderId() == leader
                    || (applied != null && applied.leader() == leader && leader != id);
            if (open.containsKey(leader) || !wanted) {
                return;
            }
            SimBroker target = world.brokers.get(leader);
            if (target.isUp() && world.reaches(id, leader) && world.reaches(leader, id)) {
                open.put(leader, new Stream(leader));
                partition.onStreamOpened(leader);
            } else {
                world.between(30, 80, () -> onlyIf(Run.this, () -> openTo(leader)));
            }
        }

        // ---- ports -----------------------------------------------------------------------------------------------

        @Override
        public long controllerHeardAtNanos() {
            return controllerHeardNanos;
        }

        @Override
        public long replicaHeardAtNanos(int brokerId) {
            return followersHeard.getOrDefault(brokerId, Long.MIN_VALUE);
        }

        @Override
        public void onOffline(PartitionId partitionId, DiskException cause) {
            throw new AssertionError("broker " + id + " went offline", cause);
        }

        @Override
        public void onDamaged(PartitionId partitionId, LogDamage damage) {
            throw new AssertionError("broker " + id + " found damage: " + damage);
        }

        @Override
        public void onFull(PartitionId full, DiskException cause) {}

        @Override
        public void onCommittedTruncated(PartitionId partitionId, long offset, long highWatermark) {
            throw new AssertionError("broker " + id + " cuts at " + offset + " below its watermark " + highWatermark);
        }

        @Override
        public void onAnswerDiscarded(PartitionId partitionId, String reason) {
            if (reason.contains("no good batches")) {
                throw new AssertionError("broker " + id + " got bad bytes: " + reason);
            }
        }
    }

    // ---- life ----------------------------------------------------------------------------------------------------

    void start() {
        run = new Run();
        world.controller.feed(this);
    }

    void crash(long downMs) {
        if (run == null) {
            return;
        }
        run.open.values().forEach(stream -> stream.broken = true);
        run = null;
        storage.crash(world.random);
        world.between(
                50,
                400,
                () -> { // refused probes
                    if (run == null) {
                        world.controller.fence(id);
                    }
                });
        for (SimBroker other : world.brokers.values()) {
            if (other.run != null) {
                Run peer = other.run;
                world.between(5, 100, () -> onlyIfOf(other, peer, () -> other.onPeerDied(id)));
            }
        }
        world.between(downMs, downMs, () -> {
            if (run == null) {
                start();
            }
        });
    }

    private void onPeerDied(int peer) {
        Run mine = run;
        if (mine != null) {
            var stream = mine.open.get(peer);
            if (stream != null) {
                stream.end();
            }
        }
    }

    void freeze(long forMs) {
        frozenUntilNanos = world.clock.nanos() + forMs * SimWorld.MS;
    }

    void heal() {
        frozenUntilNanos = 0;
        if (run == null) {
            start();
        }
    }

    boolean isFrozen() {
        return world.clock.nanos() < frozenUntilNanos;
    }

    private void heartbeat() {
        Run mine = run;
        if (mine == null || isFrozen() || !world.reaches(id, 0) || !world.reaches(0, id)) {
            return;
        }
        world.soon(() -> onlyIf(mine, () -> {
            mine.controllerHeardNanos = world.clock.nanos();
            world.controller.heartbeat(id, mine.brokerEpoch, mine.appliedRevision);
        }));
        if (world.chance(0.3)) {
            storage.checkpoint();
        }
    }

    void apply(SimController.State state) {
        Run mine = run;
        if (mine == null) {
            return;
        }
        mine.appliedRevision = state.revision();
        mine.applied = state;
        if (state.leader() == id && state.brokerEpochs().get(id) == mine.brokerEpoch) {
            List<ReplicaView> replicas = new ArrayList<>();
            state.brokerEpochs().forEach((broker, epoch) -> replicas.add(new ReplicaView(broker, 40 + broker, epoch)));
            mine.partition.becomeLeader(
                    new CommittedPartition(
                            state.leaderEpoch(), state.partitionEpoch(), replicas, state.isr(), SimController.MIN_ISR),
                    mine.brokerEpoch);
        } else if (state.leader() != id) {
            mine.partition.becomeFollower(
                    new FollowerAssignment(state.leader(), state.leaderEpoch(), state.partitionEpoch(), 40 + id));
        }
    }

    /** Runs the loop until it has nothing to do. */
    void pump() {
        if (run != null && !isFrozen()) {
            while (run.loop.runOne() > 0) {
                // turns go on
            }
        }
    }

    private void onlyIf(@Nullable Run expected, Runnable action) {
        if (expected != null && world.brokers.values().stream().anyMatch(broker -> broker.run == expected)) {
            action.run();
        }
    }

    private static void onlyIfOf(SimBroker broker, Run expected, Runnable action) {
        if (broker.run == expected) {
            action.run();
        }
    }

    // ---- what the checker and clients see ------------------------------------------------------------------------

    int id() {
        return id;
    }

    boolean isUp() {
        return run != null;
    }

    long appliedRevision() {
        return run == null ? Long.MAX_VALUE : run.appliedRevision;
    }

    /** Whether it works in the leadership that the controller knows. */
    boolean leadsNow() {
        return run != null
                && world.controller.leader() == id
                && run.partition
                        .leadership()
                        .filter(leader -> leader.leaderEpoch() == world.controller.leaderEpoch())
                        .isPresent();
    }

    RestartableLog storage() {
        return storage;
    }

    @Nullable
    Partition partition() {
        return run == null ? null : run.partition;
    }
}
