package io.flotilla.sim.node;

import io.flotilla.broker.partition.DeletionQuestion;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.sim.check.NodeView;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.rpc.Wire;
import io.flotilla.sim.world.Delays;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One machine: its disks, its clock, and the run of the node's process, if there is one. Owned by its world's thread.
 */
public final class Node implements NodeView {
    private static final int INTERNAL_PORT = 9093;
    private static final int CLIENT_PORT = 9092;
    /** For so long it waits for a write to come between. */
    private static final long WRITES_NANOS = 2 * World.SECOND;

    private static final IncarnationId NEVER_RAN = new IncarnationId(new UUID(0, 0));

    private final Surroundings around;
    private final int id;
    private final Random random;
    private final Delays delays;
    private final List<Drive> drives = new ArrayList<>();
    private final TreeMap<PartitionId, Replica> replicas = new TreeMap<>();
    private @Nullable NodeRunWiring run;
    private IncarnationId incarnation = NEVER_RAN;
    private long skewMs;
    private long exits;
    private boolean leaving;

    public Node(Surroundings around, int id) {
        this.around = around;
        this.id = id;
        this.random = around.world().random("node" + id);
        this.delays = new Delays(around.world().random("delays" + id));
        for (int number = 0; number < around.settings().disks(); number++) {
            drives.add(new Drive("node" + id + "/disk" + number));
        }
    }

    /** Where brokers and controllers reach a node. */
    static Endpoint internalEndpoint(int id) {
        return Wire.endpoint(id, INTERNAL_PORT);
    }

    /** Where clients reach a node. */
    public static Endpoint clientEndpoint(int id) {
        return Wire.endpoint(id, CLIENT_PORT);
    }

    // ---- what happens to it --------------------------------------------------------------------------------------

    /** Starts the process, unless it runs or there is no power. */
    public void start() {
        if (run == null && !around.network().links().isDark(id)) {
            drives.forEach(drive -> drive.used(random));
            incarnation = new IncarnationId(new UUID(random.nextLong(), random.nextLong()));
            leaving = false;
            say("starts");
            NodeRunWiring begun = new NodeRunWiring(this);
            run = begun;
            begun.begin();
            around.watch().touches().node(this);
        }
    }

    /** Ends the process without a warning; what it wrote stays in the machine's memory and gets to the disks. */
    public void kill() {
        if (end(false)) {
            say("is killed");
            drives.forEach(drive -> drive.disk().kill());
            around.watch().witness().ended(this, false);
        }
    }

    /** Cuts the power: a part of what was not synced is lost, and nobody is told that the connections are gone. */
    public void powerOff() {
        boolean ran = end(true);
        around.network().links().power(id, false);
        say("has no power");
        drives.forEach(drive -> drive.disk().crash(random));
        if (ran) {
            around.watch().witness().ended(this, true);
        }
    }

    /** Ends the process by a crash of the machine that is back at once: as {@link #powerOff}, but peers are told. */
    public void crash() {
        if (end(false)) {
            say("crashes");
            drives.forEach(drive -> drive.disk().crash(random));
            around.watch().witness().ended(this, true);
        }
    }

    /**
     * Lets the machine crash in the middle of what its process does on a disk, between two operations; after a while in
     * any case.
     *
     * @param afterwards happens once it has crashed
     */
    public void crashBetweenWrites(int operations, Runnable afterwards) {
        NodeRunWiring present = run;
        if (present == null) {
            afterwards.run();
            return;
        }
        Runnable crash = () -> {
            if (run == present) {
                crash();
                around.world().at(0, afterwards);
            }
        };
        drives.get(random.nextInt(drives.size())).failPowerAfter(operations, crash);
        around.world().at(WRITES_NANOS, crash);
    }

    public void powerOn() {
        if (around.network().links().isDark(id)) {
            around.network().links().power(id, true);
            around.network().wire().rebooted(id);
        }
    }

    private boolean end(boolean dark) {
        NodeRunWiring ended = run;
        if (ended == null) {
            return false;
        }
        around.watch().witness().ending(this);
        run = null;
        ended.process().end();
        if (dark) {
            around.network().links().power(id, false);
        }
        around.network().wire().ended(ended.process());
        around.metadata().log().ended(id);
        around.watch().touches().node(this);
        return true;
    }

    /** The process ends itself, for a reason, and is started again by whatever watches over it. */
    void exit(NodeRunWiring who, String reason) {
        around.world().at(0, () -> {
            if (run == who) {
                exits++;
                say("exits: " + reason);
                kill();
                around.world().at((500 + random.nextInt(2_000)) * World.MS, this::start);
            }
        });
    }

    /** The process has ended itself in good order. */
    void stopped(NodeRunWiring who) {
        if (run == who) {
            say("has stopped");
            end(false);
            drives.forEach(drive -> drive.disk().kill());
        }
    }

    /** Asks the process to stop in good order. */
    public void shutDown() {
        NodeRunWiring present = run;
        if (present != null && !leaving) {
            leaving = true;
            say("is asked to stop");
            present.process().at(0, present::leave);
        }
    }

    /** Stops the process for a while, as SIGSTOP does. */
    public void freeze(long nanos) {
        NodeRunWiring present = run;
        if (present != null) {
            say("is frozen");
            present.process().freeze(nanos);
        }
    }

    /** Lets a frozen process go on. */
    public void thaw() {
        NodeRunWiring present = run;
        if (present != null) {
            present.process().thaw();
        }
    }

    /** Starts a process anew that goes on without a log directory, as its message asks an operator to. */
    public void restartIfDegraded() {
        NodeRunWiring present = run;
        if (present != null && present.isDegraded()) {
            kill();
            start();
        }
    }

    /** Moves the wall clock. */
    public void jumpClock(long ms) {
        skewMs += ms;
    }

    /** Makes threads and disks slower by a factor, 1 for normal. */
    public void slowBy(int factor) {
        delays.slowBy(factor);
    }

    private void say(String what) {
        around.world().trace().say("node " + id, what);
    }

    // ---- what it is made of --------------------------------------------------------------------------------------

    public List<Drive> drives() {
        return List.copyOf(drives);
    }

    /** Whether an operation on one of its disks may fail in this run of the process. */
    boolean mayFailOnDisk() {
        return drives.stream().anyMatch(Drive::mayFail);
    }

    /** Whether a log on one of its disks may be damaged or gone, by what was done to it. */
    public boolean mayLoseLogs() {
        return drives.stream().anyMatch(Drive::mayLoseLogs);
    }

    /** Something happened that nobody has caused. */
    void complain(String predicate, String what) {
        around.watch().complaints().add(predicate, this + ": " + what);
    }

    /** How often the process has ended itself. */
    public long exits() {
        return exits;
    }

    /** The run of the process, null while there is none. */
    public @Nullable NodeRunWiring run() {
        return run;
    }

    /** Has records of a partition deleted below an offset, and tells who asked and what he is told. */
    public boolean deleteRecords(PartitionId partition, long below, long nanos) {
        NodeRunWiring present = run;
        if (present == null) {
            return false;
        }
        Witness witness = around.watch().witness();
        witness.deleting(partition, below);
        present.deleteRecords(
                partition, new DeletionQuestion(below, present.process().clock().nanos() + nanos), new Reply<>() {
                    @Override
                    public void answer(Long start) {
                        witness.deleted(partition, below);
                    }

                    @Override
                    public void refuse(FlotillaError error) {
                        around.world().trace().say("operator", "records of %s: %s", partition, error);
                    }
                });
        return true;
    }

    Surroundings around() {
        return around;
    }

    Delays delays() {
        return delays;
    }

    Random random() {
        return random;
    }

    long skewMs() {
        return skewMs;
    }

    // ---- what checks see -----------------------------------------------------------------------------------------

    /** A turn of a loop is over: looks what it changed. */
    void look(NodeRunWiring who) {
        if (run == who) {
            who.partitions().forEach(partition -> view(partition).look());
        }
    }

    private Replica view(PartitionId partition) {
        return replicas.computeIfAbsent(partition, found -> new Replica(this, found));
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public boolean running() {
        return run != null;
    }

    @Override
    public boolean frozen() {
        NodeRunWiring present = run;
        return present != null && present.process().isFrozen();
    }

    @Override
    public IncarnationId incarnation() {
        return incarnation;
    }

    @Override
    public long brokerEpoch() {
        NodeRunWiring present = run;
        return present == null ? -1 : present.brokerEpoch();
    }

    @Override
    public MetadataImage applied() {
        NodeRunWiring present = run;
        return present == null ? MetadataImage.EMPTY : present.applied();
    }

    @Override
    public List<ReplicaView> replicas() {
        TreeSet<PartitionId> held = new TreeSet<>();
        drives.forEach(drive -> held.addAll(drive.partitions()));
        NodeRunWiring present = run;
        if (present != null) {
            held.addAll(present.partitions());
        }
        List<ReplicaView> views = new ArrayList<>();
        held.forEach(partition -> views.add(view(partition)));
        return views;
    }

    @Override
    public Optional<ReplicaView> replica(PartitionId partition) {
        Replica view = view(partition);
        return view.exists() ? Optional.of(view) : Optional.empty();
    }

    @Override
    public String toString() {
        return "node " + id;
    }
}
