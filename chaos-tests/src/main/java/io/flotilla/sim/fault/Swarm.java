package io.flotilla.sim.fault;

import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The faults of one run: each run draws which kinds it has at all, and how dense they come, so that runs differ more
 * than with all kinds in each (swarm testing).
 */
public final class Swarm {
    private static final int KINDS_MIN = 3;

    private static final List<Fault> ALL = List.of(
            new KilledProcess(),
            new CrashedMachine(),
            new PowerCut(),
            new FrozenProcess(),
            new CutLink(),
            new IsolatedNode(),
            new CloggedLink(),
            new ResetConnections(),
            new FalseRefusal(),
            new SlowMachine(),
            new ClockJump(),
            new FullDisk(),
            new FailedWrites(),
            new FailedSyncs(),
            new EmptiedDisk(),
            new RolledBackDisk(),
            new FlippedBit(),
            new ControllerElection(),
            new CarelessLog(),
            new ControlledShutdown(),
            new RecreatedTopic(),
            new ChangedMinIsr());

    private static final Fault DELETION = new DeletedRecords();
    private static final int DELETION_MS_MAX = 8_000;

    private final Site site;
    private final Random random;
    /** Of a stream of its own: runs without deletions are what they were before there were any. */
    private final Random deletions;

    private final List<Fault> chosen = new ArrayList<>();
    private final long pauseMsMax;
    private boolean over;

    public Swarm(Site site) {
        this.site = site;
        this.random = site.around().world().random("swarm");
        this.deletions = site.around().world().random("deletions");
        while (chosen.size() < KINDS_MIN) {
            chosen.clear();
            ALL.stream().filter(fault -> random.nextBoolean()).forEach(chosen::add);
        }
        this.pauseMsMax = 500L << random.nextInt(5);
    }

    /** Names of all kinds there are. */
    public static List<String> kinds() {
        return Stream.concat(ALL.stream(), Stream.of(DELETION)).map(Fault::kind).toList();
    }

    /** Begins to strike, and does so until the end. */
    public void begin() {
        site.around().world().at(0, this::strike);
        if (deletions.nextInt(3) == 0) {
            delete();
        }
    }

    private void delete() {
        site.around().world().at((1 + deletions.nextLong(DELETION_MS_MAX)) * World.MS, () -> {
            if (!over) {
                if (DELETION.strike(site)) {
                    site.struck(DELETION.kind());
                }
                delete();
            }
        });
    }

    private void strike() {
        if (over) {
            return;
        }
        Fault fault = chosen.get(random.nextInt(chosen.size()));
        if (fault.strike(site)) {
            site.struck(fault.kind());
        }
        site.around().world().at((1 + random.nextLong(pauseMsMax)) * World.MS, this::strike);
    }

    /** Strikes no more. */
    public void end() {
        over = true;
    }
}
