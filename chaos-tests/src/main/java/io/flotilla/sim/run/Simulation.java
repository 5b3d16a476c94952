package io.flotilla.sim.run;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.Endpoint;
import io.flotilla.sim.check.Predicate;
import io.flotilla.sim.check.Predicates;
import io.flotilla.sim.check.Touched;
import io.flotilla.sim.check.Violation;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.client.Load;
import io.flotilla.sim.client.Operator;
import io.flotilla.sim.client.TopicPlan;
import io.flotilla.sim.fault.Site;
import io.flotilla.sim.fault.Swarm;
import io.flotilla.sim.group.GroupJudge;
import io.flotilla.sim.group.Groups;
import io.flotilla.sim.node.Drive;
import io.flotilla.sim.node.Node;
import io.flotilla.sim.node.NodeSettings;
import io.flotilla.sim.world.Trace;
import io.flotilla.sim.world.World;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One seed: draws a cluster, its load and its faults; checks while it runs; heals, and expects it to converge. */
public final class Simulation {
    /** How long faults strike. */
    public static final long FAULTS_NANOS = 120 * World.SECOND;

    private static final long CALM_NANOS = 6 * World.SECOND;
    private static final int WHOLE_LOG_EVENTS = 100;
    /** More than a full disk is left with, so that those who keep a reserve stop before it is used up. */
    private static final long RESERVE_BYTES = 4_000;

    /** Whose errors are about disks. */
    private static final List<String> DISK_PARTS =
            List.of("BrokerReplicas", "LocalDirectories", "NewLogs", "OfflineReplicas", "LogDirectories");
    /** A run that is over says so as an error: another run of the broker has registered, or its disks are refused. */
    private static final List<String> EXPECTED_PARTS = List.of("BrokerLifecycle");

    /** Said of elections that may lose records, and of what they lost: that this is allowed is checked elsewhere. */
    private static final Pattern LOSS = Pattern.compile("possible data loss:|partition .* dropped records from");

    private final long seed;
    private final World world;
    private final Cluster cluster;
    private final List<Predicate> predicates;
    private final Clients clients;
    /** Of the groups, in runs that have some. */
    private final Optional<GroupJudge> judge;

    private final Operator operator;
    private final int topics;
    private final Site site;
    private final Swarm swarm;
    private final Counts counts;
    /** Events that changed something that predicates look at. */
    private long changes;

    private Queue<ErrorLines.Line> errors = new ArrayDeque<>();

    /** @param lines takes a readable trace; null when nobody reads */
    public Simulation(long seed, @Nullable Consumer<String> lines) {
        this.seed = seed;
        this.world = new World(seed, new Trace(lines));
        Random random = world.random("plan");
        NodeSettings drawn = NodeSettings.drawn(random);
        NodeSettings scrubbed = world.random("scrub").nextBoolean() ? drawn : drawn.withoutScrub();
        NodeSettings settings = world.random("reserve").nextBoolean() ? scrubbed : scrubbed.withReserve(RESERVE_BYTES);
        Random groups = world.random("grouped");
        boolean grouped = groups.nextBoolean();
        this.cluster = new Cluster(world, grouped ? settings.withGroups(1 + groups.nextInt(2)) : settings);
        this.judge = grouped ? Optional.of(new GroupJudge(cluster)) : Optional.empty();
        this.predicates = Predicates.all(cluster);
        this.counts = new Counts(cluster.budget());
        listen();
        this.operator = new Operator(world, cluster.machines(), cluster::image);
        List<TopicPlan> plans = TopicPlan.drawn(random, settings.nodes().size());
        plans.forEach(operator::want);
        this.topics = plans.size() + (grouped ? 1 : 0);
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
        this.clients = new Clients(load, random, judge.map(each -> new Groups(load, each)));
        this.site = new Site(cluster.around(), cluster.machines(), operator, cluster.budget(), clients.machines());
        this.swarm = new Swarm(site);
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
        judge.ifPresent(cluster.witnesses()::add);
        cluster.witnesses().add(cluster.ghosts());
    }

    /** Draws a seed's run and runs it; that it could not even be drawn is a failure as any other. */
    public static Outcome outcome(long seed, @Nullable Consumer<String> lines) {
        try {
            return new Simulation(seed, lines).run();
        } catch (RuntimeException | Error e) {
            return new Outcome(
                    seed, new Outcome.Extent(0, 0, 0), Map.of(), Map.of(), Optional.of(Outcome.Failure.of(e, 0)));
        }
    }

    /** Runs it; a failure is part of the outcome, whoever caused it. */
    public Outcome run() {
        Optional<Outcome.Failure> failure = Optional.empty();
        errors = ErrorLines.hear();
        try {
            cluster.machines().forEach(Node::start);
            passUntil(CALM_NANOS);
            Mark calm = mark();
            swarm.begin();
            passUntil(lull(FAULTS_NANOS));
            noteSince(calm);
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
        counts.set("records given up", clients.failed());
        counts.set("answers with a damaged batch", clients.damaged());
        judge.ifPresent(each -> {
            counts.set("groups: records committed", each.lines());
            counts.set("groups: commits acknowledged", each.commits());
            counts.set("groups: partitions begun", each.begun());
        });
        counts.set("partitions given up", cluster.budget().givenUp());
        return new Outcome(
                seed,
                new Outcome.Extent(
                        world.events(), world.nowNanos(), world.trace().hash()),
                counts.all(),
                site.struck(),
                failure);
    }

    private record Mark(long changes, long judged, long leaderChanges) {}

    private Mark mark() {
        return new Mark(changes, counts.of(Outcome.JUDGED), counts.of(Outcome.LEADER_CHANGES));
    }

    /**
     * What counts is what happened while faults struck, not before and not in the calm afterwards; of what was
     * acknowledged, what was promised to stay.
     */
    private void noteSince(Mark calm) {
        Mark now = mark();
        counts.set(Outcome.CHANGES_UNDER_FAULTS, now.changes() - calm.changes());
        counts.set(Outcome.LEADER_CHANGES_UNDER_FAULTS, now.leaderChanges() - calm.leaderChanges());
        counts.set(Outcome.ACKED_UNDER_FAULTS, counts.of(Outcome.JUDGED) - calm.judged());
        long promised =
                cluster.partitions().stream().filter(cluster.budget()::mustKeep).count();
        counts.set(Outcome.PROMISED, promised);
    }

    /**
     * In every second run everything is mended once in between, and has to work: what is stuck then must not wait for
     * the next fault to set it going.
     *
     * @param endNanos when faults are to end
     * @return when they are to end now, so that they have the time that they would have had
     */
    private long lull(long endNanos) {
        Random random = world.random("lulls");
        if (random.nextBoolean()) {
            return endNanos;
        }
        passUntil(CALM_NANOS + random.nextLong(endNanos - CALM_NANOS));
        long begunNanos = world.nowNanos();
        swarm.rest(true);
        List<Integer> all = cluster.machines().stream().map(Node::id).toList();
        mend(all);
        new Convergence(cluster, clients, this::passUntil, all).awaitService();
        site.unheal();
        swarm.rest(false);
        return endNanos + world.nowNanos() - begunNanos;
    }

    /** Mends everything but, in some runs, one node that may be missed; answers who must work again. */
    private List<Integer> heal() {
        wholeLogs();
        swarm.end();
        clients.groups().ifPresent(Groups::heal);
        List<Integer> core = new Core(cluster, topics).drawn(world.random("core"));
        mend(core);
        return core;
    }

    private void mend(List<Integer> core) {
        site.heal();
        cluster.around().network().links().heal();
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
    }

    private void converge(List<Integer> core) {
        Convergence convergence = new Convergence(cluster, clients, this::passUntil, core);
        convergence.await();
        wholeLogs();
        predicates.forEach(predicate -> predicate.healed(cluster));
        convergence.read();
        judge.ifPresent(GroupJudge::healed);
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    private void passUntil(long nanos) {
        while (world.step(nanos)) {
            check();
        }
    }

    private void check() {
        cluster.complaints().look();
        for (ErrorLines.Line line = errors.poll(); line != null; line = errors.poll()) {
            hear(line);
        }
        if (!cluster.touches().isEmpty()) {
            changes++;
            Touched touched = cluster.touches().take();
            if (touched.controller()) {
                cluster.budget().look();
            }
            for (Predicate predicate : predicates) {
                predicate.afterEvent(cluster, touched);
            }
        }
        if (world.events() % WHOLE_LOG_EVENTS == 0) {
            cluster.budget().look();
            wholeLogs();
        }
    }

    /** That a disk fails is an error to an operator, too; anything else nobody broke. */
    private void hear(ErrorLines.Line line) {
        counts.add("errors logged by " + line.part());
        world.trace().say("error", "%s: %s", line.part(), line.text());
        boolean disk =
                DISK_PARTS.contains(line.part()) && cluster.machines().stream().anyMatch(Node::mayLoseLogs);
        if (!disk
                && !EXPECTED_PARTS.contains(line.part())
                && !LOSS.matcher(line.text()).lookingAt()) {
            throw new Violation("NoErrors", line.part() + " logged: " + line.text());
        }
    }

    private void wholeLogs() {
        for (Predicate predicate : predicates) {
            predicate.wholeLogs(cluster);
        }
    }
}
