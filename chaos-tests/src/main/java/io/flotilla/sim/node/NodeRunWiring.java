package io.flotilla.sim.node;

import io.flotilla.broker.log.DirectoryRefusedException;
import io.flotilla.broker.log.DirectorySettings;
import io.flotilla.broker.log.LogConfig;
import io.flotilla.broker.log.LogDirectory;
import io.flotilla.broker.log.ProducerLimits;
import io.flotilla.broker.log.Retention;
import io.flotilla.broker.log.Scrub;
import io.flotilla.broker.log.ScrubPace;
import io.flotilla.broker.metadata.LocalDirectories;
import io.flotilla.broker.partition.DeletionQuestion;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.Partition;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.broker.partition.PartitionStatus;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.TaskThread;
import io.flotilla.sim.world.World;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One run of a node's process, from its start to its end: broker, and on some nodes controller. */
public final class NodeRunWiring {
    private static final long CHECKPOINT_NANOS = 5 * World.SECOND;
    private static final ScrubPace.Settings SCRUB = new ScrubPace.Settings(1 << 20, 5 * World.SECOND);
    private static final long SCRUB_TICK_NANOS = World.SECOND;
    private static final long SPACE_LOOK_NANOS = World.SECOND;
    private static final long STOP_NANOS_MAX = 10 * World.SECOND;
    private static final int INDEX_INTERVAL_BYTES = 512;
    private static final long DELETE_DELAY_MS = 8_000;

    /** Name of the rule that nobody finds fault with a disk that has none. */
    static final String SOUND_DISK = "SoundDisk";

    private final Node node;
    private final Surroundings around;
    private final OsProcess process;
    private final List<LogDirectory> directories = new ArrayList<>();
    private final List<LoopDriver> loops = new ArrayList<>();
    private @Nullable BrokerPartsWiring broker;
    private @Nullable ControllerPartsWiring controller;
    private boolean stopping;
    private boolean changed;
    private boolean degraded;

    NodeRunWiring(Node node) {
        this.node = node;
        this.around = node.around();
        this.process = new OsProcess(around.world(), node.id(), node.delays(), node::skewMs);
        process.afterwards(this::afterEvent);
        process.lastResort(this::endsBy);
    }

    /** What a thread lets through ends the process; that a disk fails is no bug, anything else is. */
    private boolean endsBy(RuntimeException failure) {
        if (failure instanceof DiskException && node.mayFailOnDisk()) {
            node.exit(this, String.valueOf(failure.getMessage()));
            return true;
        }
        return false;
    }

    OsProcess process() {
        return process;
    }

    /** Starts: after a while it serves, unless its disks cannot be used. */
    void begin() {
        process.at(node.delays().startNanos(), () -> {
            try {
                open();
            } catch (DirectoryRefusedException | DiskException e) {
                if (!node.mayLoseLogs()) {
                    node.complain(SOUND_DISK, "does not start, on disks that are sound: " + e);
                }
                node.exit(this, String.valueOf(e.getMessage()));
            }
        });
    }

    private void open() {
        Random random = node.random();
        for (Drive drive : node.drives()) {
            directories.add(LogDirectory.open(
                    drive.disk(),
                    new DirectorySettings(
                            NodeSettings.CLUSTER_ID,
                            node.id(),
                            new DirectoryId(new UUID(random.nextLong(), random.nextLong())),
                            new LogConfig(
                                    around.settings().segmentBytes(),
                                    INDEX_INTERVAL_BYTES,
                                    ProducerLimits.DEFAULT,
                                    LogConfig.DEFAULT.segmentMs(),
                                    new Retention(Retention.UNLIMITED, Retention.UNLIMITED, DELETE_DELAY_MS)),
                            around.settings().freeBytesMin()),
                    new TaskThread(process, node.delays()::syncNanos),
                    cause -> onFailure(drive, cause)));
        }
        LocalDirectories logs = new LocalDirectories(directories);
        logs.recover(directory -> Runnable::run).toCompletableFuture().join();
        for (int number = 0; number < around.settings().loops(); number++) {
            loops.add(new LoopDriver(
                    process, new PartitionLoop(LoopSettings.defaults(), process.clock()), () -> changed = true));
        }
        BrokerPartsWiring made = new BrokerPartsWiring(new BrokerPartsWiring.Given(
                process,
                node.incarnation(),
                endpoint -> around.network().wire().channel(process, endpoint),
                loops.stream().map(LoopDriver::loop).toList(),
                new BrokerPartsWiring.Setup(
                        around.settings(), logs, this::asked, this::dropped, reason -> node.exit(this, reason))));
        broker = made;
        made.groupLoop().ifPresent(loop -> loops.add(new LoopDriver(process, loop, () -> {})));
        List<ServerServiceDefinition> internal = new ArrayList<>(made.internalServices());
        if (around.settings().voters().contains(node.id())) {
            ControllerPartsWiring voter = new ControllerPartsWiring(around, process, random);
            controller = voter;
            voter.services().stream().map(BindableService::bindService).forEach(internal::add);
            voter.start();
        }
        around.network().wire().listen(Node.internalEndpoint(node.id()), process, internal);
        around.network().wire().listen(Node.clientEndpoint(node.id()), process, made.clientServices());
        new TaskThread(process).every(CHECKPOINT_NANOS, this::checkpoint);
        new TaskThread(process)
                .every(
                        SPACE_LOOK_NANOS,
                        () -> directories.forEach(directory -> directory.space().look()));
        if (around.settings().scrub()) {
            directories.forEach(this::scrub);
        }
        made.start();
    }

    private void asked(PartitionId partition, ReplicaQuestion question) {
        ReplicaWish wish = question.wish();
        long reported = -1;
        if (wish instanceof ReplicaWish.Fetch fetch) {
            reported = fetch.reportedOffset();
        } else if (wish instanceof ReplicaWish.Report report) {
            reported = report.reportedOffset();
        } else if (wish instanceof ReplicaWish.Suspicion suspicion) {
            reported = suspicion.reportedOffset();
        }
        if (reported >= 0) {
            around.watch().witness().reported(node, partition, question.leaderEpoch(), reported);
        }
    }

    /** The logs of one directory: those on its disk, and those that it lists and that were never written. */
    private List<PartitionId> logsOn(Drive drive) {
        Set<PartitionId> logs = new TreeSet<>(drive.partitions());
        int number = node.drives().indexOf(drive);
        if (number < directories.size()) { // else it is being opened
            logs.addAll(directories.get(number).logs());
        }
        return List.copyOf(logs);
    }

    private void dropped(PartitionId partition, long from, long watermark) {
        around.watch().witness().droppedCommitted(node, partition, from, watermark);
    }

    /** As the server: a failed directory's replicas fail over; without any directory left, the node is of no use. */
    private void onFailure(Drive drive, DiskException cause) {
        if (!process.isAlive()) {
            return;
        }
        degraded = true;
        if (!drive.mayFail()) {
            node.complain(SOUND_DISK, "gives up " + drive + ", which is sound: " + cause);
        }
        around.watch().witness().directoryFailed(node, logsOn(drive));
        if (directories.stream().allMatch(directory -> directory.health().isOffline())) {
            node.exit(this, "no log directory is left: " + cause.getMessage());
        }
        BrokerPartsWiring present = broker;
        if (present != null) {
            present.onLogsLost();
        }
    }

    private void scrub(LogDirectory directory) {
        ScrubPace pace =
                new ScrubPace(new Scrub(directory), SCRUB, process.clock().nanos());
        new TaskThread(process).every(SCRUB_TICK_NANOS, () -> {
            if (!stopping) {
                pace.tick(process.clock().nanos());
            }
        });
    }

    private void checkpoint() {
        if (stopping) {
            return;
        }
        for (LogDirectory directory : directories) {
            try {
                directory.checkpoint();
                directory.deleteSetAside(process.clock().nanos());
            } catch (DiskException e) {
                around.world().trace().say("node " + node.id(), "no checkpoint in " + directory.name());
            }
        }
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /** Hands over what it leads, then stops. */
    void leave() {
        BrokerPartsWiring present = broker;
        if (present == null) {
            node.exit(this, "asked to stop while it starts");
            return;
        }
        present.leave().whenComplete((agreed, failure) -> process.at(0, () -> stop(present)));
    }

    private void stop(BrokerPartsWiring present) {
        ControllerPartsWiring voter = controller;
        if (voter != null) {
            voter.endStreams();
            if (around.metadata().log().leader() == node.id()) {
                around.metadata().log().electSomebody();
            }
        }
        present.stop().thenRun(() -> process.at(0, () -> close(present)));
        process.at(STOP_NANOS_MAX, () -> node.exit(this, "not every partition stopped in good order"));
    }

    private void close(BrokerPartsWiring present) {
        stopping = true;
        loops.forEach(driver -> driver.loop().close());
        present.closeChannels();
        process.at(node.delays().syncNanos(), () -> {
            directories.forEach(LogDirectory::close);
            node.stopped(this);
        });
    }

    // ---- what it shows -------------------------------------------------------------------------------------------

    private void afterEvent() {
        loops.forEach(LoopDriver::look);
        if (changed) {
            changed = false;
            node.look(this);
        }
    }

    /** Whether a log or a whole directory failed in this run: it stays offline until the next. */
    boolean isDegraded() {
        BrokerPartsWiring present = broker;
        return degraded
                || (present != null
                        && present.registry().all().stream()
                                .anyMatch(partition -> partition.status().role() == PartitionStatus.Role.OFFLINE));
    }

    /** Submits a command where it would be decided; fails unless this node is the active controller. */
    public CompletableFuture<CommandResult> submit(Command command) {
        ControllerPartsWiring voter = controller;
        return voter == null
                ? CompletableFuture.failedFuture(new IllegalStateException("no voter"))
                : voter.submit(command);
    }

    /** Has records of a partition deleted here; its loop answers, if it leads and the run lasts. */
    void deleteRecords(PartitionId id, DeletionQuestion question, Reply<Long> reply) {
        partition(id).ifPresent(found -> process.at(0, () -> found.deleteRecords(question, reply)));
    }

    /** Does something in the process, some time from now. */
    public void at(long nanos, Runnable task) {
        process.at(nanos, task);
    }

    Optional<Partition> partition(PartitionId id) {
        BrokerPartsWiring present = broker;
        return present == null ? Optional.empty() : present.registry().find(id);
    }

    TreeSet<PartitionId> partitions() {
        TreeSet<PartitionId> ids = new TreeSet<>();
        BrokerPartsWiring present = broker;
        if (present != null) {
            present.registry().all().forEach(partition -> ids.add(partition.id()));
        }
        return ids;
    }

    MetadataImage applied() {
        BrokerPartsWiring present = broker;
        return present == null ? MetadataImage.EMPTY : present.applied();
    }

    long brokerEpoch() {
        BrokerPartsWiring present = broker;
        return present == null ? -1 : present.brokerEpoch();
    }
}
