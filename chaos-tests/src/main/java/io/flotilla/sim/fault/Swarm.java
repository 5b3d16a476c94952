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

    /**
     * A kind that comes beside the others, with chance of its own: a run without it is what it was before there was
     * any.
     *
     * @param stream of chance
     * @param runsOneIn one run in so many has it
     * @param pauseMsMax between two of it
     */
    private record Aside(Fault fault, String stream, int runsOneIn, int pauseMsMax) {}

    private static final List<Aside> ASIDE = List.of(
            new Aside(new DeletedRecords(), "deletions", 3, 8_000),
            new Aside(new SpoiledLeader(), "spoiled leaders", 2, 12_000));

    private final Site site;
    private final Random random;

    private final List<Fault> chosen = new ArrayList<>();
    private final long pauseMsMax;
    private boolean resting;
    private boolean over;

    public Swarm(Site site) {
        this.site = site;
        this.random = site.around().world().random("swarm");
        while (chosen.size() < KINDS_MIN) {
            chosen.clear();
            ALL.stream().filter(fault -> random.nextBoolean()).forEach(chosen::add);
        }
        this.pauseMsMax = 500L << random.nextInt(5);
    }

    /** Names of all kinds there are. */
    public static List<String> kinds() {
        return Stream.concat(ALL.stream(), ASIDE.stream().map(Aside::fault))
                .map(Fault::kind)
                .toList();
    }

    /** Begins to strike, and does so until the end. */
    public void begin() {
        site.around().world().at(0, this::strike);
        for (Aside aside : ASIDE) {
            Random own = site.around().world().random(aside.stream());
            if (own.nextInt(aside.runsOneIn()) == 0) {
                strikeAside(aside, own);
            }
        }
    }

    private void strikeAside(Aside aside, Random own) {
        site.around().world().at((1 + own.nextLong(aside.pauseMsMax())) * World.MS, () -> {
            if (!over) {
                strikeOnce(aside.fault());
                strikeAside(aside, own);
            }
        });
    }

    private void strike() {
        if (over) {
            return;
        }
        strikeOnce(chosen.get(random.nextInt(chosen.size())));
        site.around().world().at((1 + random.nextLong(pauseMsMax)) * World.MS, this::strike);
    }

    private void strikeOnce(Fault fault) {
        if (!resting && fault.strike(site)) {
            site.struck(fault.kind());
        }
    }

    /** Strikes no more for a while, or goes on. */
    public void rest(boolean rests) {
        resting = rests;
    }

    /** Strikes no more. */
    public void end() {
        over = true;
    }
}
