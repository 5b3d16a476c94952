package io.flotilla.chaos.fault;

import io.flotilla.chaos.cluster.ContainerCluster;
import io.flotilla.chaos.fault.Target.Victim;
import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.model.time.Clock;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Kills a node with SIGKILL, starts it again some seconds later, waits until the cluster is whole, and does it again.
 * For one thread.
 */
public final class RepeatedKill {
    /** The process of whoever breaks and mends. */
    public static final int NEMESIS = -1;

    private static final Duration WHOLE = Duration.ofMinutes(3);
    private static final int CALM_MS_MIN = 1_000;
    private static final int CALM_MS_MAX = 4_000;
    private static final int DOWN_MS_MIN = 2_000;
    private static final int DOWN_MS_MAX = 5_000;

    private final ContainerCluster cluster;
    private final Target target;
    private final String topic;
    private final HistoryWriter history;
    private final Clock clock;
    private final SplittableRandom random;

    /** Kills in a rhythm that the seed draws. */
    public RepeatedKill(Scene scene, Target target, Clock clock, long seed) {
        this.cluster = scene.cluster();
        this.topic = scene.topic();
        this.history = scene.history();
        this.target = target;
        this.clock = clock;
        this.random = new SplittableRandom(seed);
    }

    /** Where it happens, and where it is written down. */
    public record Scene(ContainerCluster cluster, String topic, HistoryWriter history) {}

    /**
     * Kills for so long, or until there were enough kills when the machine is slow, at most four times as long.
     *
     * @throws IllegalStateException when the cluster does not recover, or there is nobody to kill
     */
    public void run(Duration length, int killsMin, PrintWriter out) throws InterruptedException {
        long beganNanos = clock.nanos();
        Health health = new Health(cluster.admin(), cluster.size(), clock);
        long nowNanos = beganNanos;
        for (int kills = 0; goesOn(nowNanos - beganNanos, length, kills < killsMin); nowNanos = clock.nanos()) {
            pause(CALM_MS_MIN, CALM_MS_MAX);
            Victim victim = find();
            long tookNanos = killAndMend(victim, health);
            kills++;
            out.printf(
                    "kill %-6d node %d, %s; whole again %.1f s later%n",
                    kills, victim.node(), victim.role(), tookNanos / 1e9);
            out.flush();
        }
    }

    private static boolean goesOn(long goneNanos, Duration length, boolean lacksKills) {
        return goneNanos < length.toNanos() || (lacksKills && goneNanos < 4 * length.toNanos());
    }

    /** How long it took, nanoseconds. */
    private long killAndMend(Victim victim, Health health) throws InterruptedException {
        List<Mop.Node> node = List.of(new Mop.Node(victim.node()));
        long epoch = health.epochOf(victim.node());
        long killedNanos = clock.nanos();
        history.write(NEMESIS, OpType.INVOKE, Act.KILL, node);
        cluster.kill(victim.node());
        history.write(NEMESIS, OpType.OK, Act.KILL, node);
        pause(DOWN_MS_MIN, DOWN_MS_MAX);
        history.write(NEMESIS, OpType.INVOKE, Act.START, node);
        cluster.start(victim.node());
        history.write(NEMESIS, OpType.OK, Act.START, node);
        history.write(NEMESIS, OpType.INVOKE, Act.HEAL, node);
        health.awaitReturn(victim.node(), epoch, WHOLE);
        history.write(NEMESIS, OpType.OK, Act.HEAL, node);
        return clock.nanos() - killedNanos;
    }

    private Victim find() throws InterruptedException {
        return new VictimSearch(
                        () -> target.find(cluster.admin(), topic, random), () -> pause(CALM_MS_MIN / 2, CALM_MS_MIN))
                .find();
    }

    private void pause(int fromMs, int toMs) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(fromMs, toMs));
    }
}
