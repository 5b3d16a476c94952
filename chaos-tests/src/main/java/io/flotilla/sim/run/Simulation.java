package io.flotilla.sim.run;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.Endpoint;
import io.flotilla.sim.check.Liveness;
import io.flotilla.sim.check.Predicate;
import io.flotilla.sim.check.Predicates;
import io.flotilla.sim.check.Touched;
import io.flotilla.sim.check.Violation;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.client.Load;
import io.flotilla.sim.client.Operator;
import io.flotilla.sim.client.Reader;
import io.flotilla.sim.client.TopicPlan;
import io.flotilla.sim.client.Writer;
import io.flotilla.sim.fault.Site;
import io.flotilla.sim.fault.Swarm;
import io.flotilla.sim.node.Drive;
import io.flotilla.sim.node.Node;
import io.flotilla.sim.node.NodeSettings;
import io.flotilla.sim.world.Trace;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One seed: draws a cluster, its load and its faults; checks while it runs; heals, and expects it to converge. */
public final class Simulation {
    /** How long faults strike. */
    public static final long FAULTS_NANOS = 120 * World.SECOND;

    private static final long CALM_NANOS = 6 * World.SECOND;
    private static final long CONVERGE_NANOS_MAX = 150 * World.SECOND;
    private static final int WHOLE_LOG_EVENTS = 100;
    private static final int WRITERS_MAX = 3;
    private static final int CLIENT_HOST = 100;

    private final long seed;
    private final World world;
    private final Cluster cluster;
    private final List<Predicate> predicates;
    private final List<Writer> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Operator operator;
    private final Site site;
    private final Swarm swarm;
    private final Counts counts = new Counts();

    /** @param lines takes a readable trace; null when nobody reads */
    public Simulation(long seed, @Nullable Consumer<String> lines) {
        this.seed = seed;
        this.world = new World(seed, new Trace(lines));
        Random random = world.random("plan");
        NodeSettings settings = NodeSettings.drawn(random);
        this.cluster = new Cluster(world, settings);
        this.predicates = Predicates.all(cluster);
        listen();
        this.operator = new Operator(world, cluster.machines(), cluster::image);
        List<TopicPlan> plans = TopicPlan.drawn(random, settings.nodes().size());
        plans.forEach(operator::want);
        this.site = new Site(cluster.around(), cluster.machines(), operator, cluster.budget());
        this.swarm = new Swarm(site);
        List<PartitionName> names =
                plans.stream().flatMap(plan -> plan.names().stream()).toList();
        List<Endpoint> bootstrap =
                settings.nodes().stream().map(Node::clientEndpoint).toList();
        Load load = new Load(
                world,
                cluster.around().network().wire(),
                bootstrap,
                names,
                new Load.Judge(cluster.witnesses(), cluster.ghosts()));
        int count = 1 + random.nextInt(WRITERS_MAX);
        for (int i = 0; i < count; i++) {
            writers.add(new Writer(load, CLIENT_HOST + i));
        }
        readers.add(new Reader(load, CLIENT_HOST + count));
    }

    /** Predicates hear before the ghosts note, so that they can tell what is new; counts and budget in between. */
    private void listen() {
        for (Predicate predicate : predicates) {
            if (predicate instanceof Witness witness) {
                cluster.witnesses().add(witness);
            }
        }
        cluster.witnesses().add(cluster.budget());
        cluster.witnesses().add(counts);
        cluster.witnesses().add(cluster.ghosts());
    }

    /** Runs it; a failure is part of the outcome, whoever caused it. */
    public Outcome run() {
        Optional<Outcome.Failure> failure = Optional.empty();
        try {
            cluster.machines().forEach(Node::start);
            swarm.begin(CALM_NANOS);
            passUntil(FAULTS_NANOS);
            converge(heal());
        } catch (RuntimeException | Error e) {
            failure = Optional.of(Outcome.Failure.of(e, world.nowNanos()));
        }
        counts.set("isr changes", cluster.around().metadata().history().isrChanges());
        counts.set("controller elections", cluster.around().metadata().log().elections());
        counts.set("revisions", cluster.image().revision());
        counts.set(
                "processes that ended themselves",
                cluster.machines().stream().mapToLong(Node::exits).sum());
        counts.set(
                "records given up", writers.stream().mapToLong(Writer::failed).sum());
        return new Outcome(
                seed,
                new Outcome.Extent(
                        world.events(), world.nowNanos(), world.trace().hash()),
                counts.all(),
                swarm.struck(),
                failure);
    }

    /** Mends everything but, in some runs, one node that may be missed; answers who must work again. */
    private List<Integer> heal() {
        wholeLogs();
        swarm.end();
        site.heal();
        cluster.around().network().links().heal();
        List<Integer> core = new Core(cluster).drawn(world.random("core"));
        world.trace().say("run", "heals %s", core);
        for (Node node : cluster.machines()) {
            if (core.contains(node.id())) {
                node.drives().forEach(Drive::repair);
                node.powerOn();
                node.thaw();
                node.slowBy(1);
                node.restartIfDegraded();
                node.start();
            } else {
                node.powerOff();
            }
        }
        return core;
    }

    /** First everything works again under load; then the load ends, and everything is answered and agrees. */
    private void converge(List<Integer> core) {
        Liveness liveness = new Liveness(core);
        awaitNothingMissing(() -> liveness.brokersAndReplicas(cluster));
        writers.forEach(Writer::stop);
        awaitNothingMissing(() -> unanswered().or(() -> liveness.missing(cluster)));
        wholeLogs();
        predicates.forEach(predicate -> predicate.healed(cluster));
        liveness.healed(cluster);
    }

    private void awaitNothingMissing(Supplier<Optional<String>> what) {
        long end = world.nowNanos() + CONVERGE_NANOS_MAX;
        Optional<String> missing = what.get();
        while (missing.isPresent()) {
            if (world.nowNanos() >= end) {
                throw new Violation(
                        "Liveness",
                        missing.get() + ", " + CONVERGE_NANOS_MAX / World.SECOND + " s after all was healed");
            }
            passUntil(world.nowNanos() + World.SECOND);
            missing = what.get();
        }
    }

    private Optional<String> unanswered() {
        long unanswered = writers.stream().mapToLong(Writer::unanswered).sum();
        return unanswered == 0 ? Optional.empty() : Optional.of(unanswered + " records have no answer");
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    private void passUntil(long nanos) {
        while (world.step(nanos)) {
            check();
        }
    }

    private void check() {
        if (!cluster.touches().isEmpty()) {
            Touched touched = cluster.touches().take();
            if (touched.controller()) {
                cluster.budget().look();
            }
            for (Predicate predicate : predicates) {
                predicate.afterEvent(cluster, touched);
            }
        }
        if (world.events() % WHOLE_LOG_EVENTS == 0) {
            wholeLogs();
        }
    }

    private void wholeLogs() {
        for (Predicate predicate : predicates) {
            predicate.wholeLogs(cluster);
        }
    }
}
