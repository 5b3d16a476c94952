package io.flotilla.chaos.scenario;

import io.flotilla.chaos.checker.AnomalyKind;
import io.flotilla.chaos.checker.HistoryChecker;
import io.flotilla.chaos.checker.Verdict;
import io.flotilla.chaos.cluster.ContainerCluster;
import io.flotilla.chaos.cluster.DriverContainer;
import io.flotilla.chaos.cluster.Engine;
import io.flotilla.chaos.fault.Health;
import io.flotilla.chaos.fault.LeaderWatch;
import io.flotilla.chaos.fault.RepeatedKill;
import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.Admin;
import io.flotilla.client.NewTopic;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/** One run of a scenario, from an empty cluster to the verdict. For one thread. */
public final class ScenarioRun {
    private static final int NODES = 3;
    private static final int PARTITIONS = 3;
    private static final String TOPIC = "chaos";
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration WHOLE = Duration.ofMinutes(3);
    private static final Duration DIGESTS = Duration.ofMinutes(5);

    private final Scenario scenario;
    private final RunSettings settings;
    private final PrintWriter out;
    private final Clock clock = new SystemClock();

    public ScenarioRun(Scenario scenario, RunSettings settings, PrintWriter out) {
        this.scenario = scenario;
        this.settings = settings;
        this.out = out;
    }

    /**
     * Runs it, prints how it went, and keeps the history when the verdict is bad or there is none.
     *
     * @throws IllegalStateException when the cluster does not start or does not recover
     */
    public Verdict run() throws IOException, InterruptedException {
        Engine.require(settings.image());
        RunFolder folder = RunFolder.create(settings.folder(), out);
        out.printf(
                "scenario    %s: %s; seed %d, %.1f minutes, acks=%s%n",
                scenario, scenario.description(), settings.seed(), settings.minutes(), settings.acks());
        out.flush();
        boolean judged = false;
        boolean holds = false;
        try {
            inContainers(folder);
            judged = true;
            Verdict verdict = HistoryChecker.check(folder.merge(), EnumSet.noneOf(AnomalyKind.class));
            verdict.print(out);
            holds = verdict.holds();
            return verdict;
        } finally {
            if (!judged) {
                folder.keep(folder.load(), parts -> folder.merge());
            }
            if (holds && !settings.keep()) {
                folder.forget();
            } else {
                out.printf(
                        "kept        %s: the history and the logs; judge again: flotilla chaos check FILE%n", folder);
            }
            out.flush();
        }
    }

    private void inContainers(RunFolder folder) throws IOException, InterruptedException {
        long beganNanos = clock.nanos();
        try (ContainerCluster cluster = new ContainerCluster(settings.image(), NODES);
                DriverContainer driver = driver(cluster)) {
            try (HistoryWriter faults = new HistoryWriter(folder.faults(), clock)) {
                faults.write(
                        RepeatedKill.NEMESIS,
                        OpType.INFO,
                        Act.EXPECT,
                        List.of(scenario.expectation(NODES, settings.killsMin())));
                Health health = new Health(cluster.admin(), NODES, clock);
                health.await(START);
                createTopic(cluster, health);
                driver.start();
                out.printf("ready       after %.1f s%n", (clock.nanos() - beganNanos) / 1e9);
                try (LeaderWatch ignored = new LeaderWatch(cluster.admin(), TOPIC, faults)) {
                    breakThings(cluster, faults);
                }
                health.await(WHOLE);
                driver.end();
                compareReplicas(cluster, faults);
            } finally {
                cluster.forEachLog(folder::keepLog);
                folder.keepLog("driver", driver.log());
                folder.keep(folder.load(), driver::copyHistory);
            }
        }
    }

    private DriverContainer driver(ContainerCluster cluster) {
        return cluster.driver(
                "--topic",
                TOPIC,
                "--partitions",
                Integer.toString(PARTITIONS),
                "--seed",
                Long.toString(settings.seed()),
                "--acks",
                settings.acks());
    }

    private void createTopic(ContainerCluster cluster, Health health) throws InterruptedException {
        cluster.admin()
                .createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, NODES)))
                .get(0)
                .orThrow();
        health.await(WHOLE);
    }

    private void breakThings(ContainerCluster cluster, HistoryWriter faults) throws InterruptedException {
        new RepeatedKill(new RepeatedKill.Scene(cluster, TOPIC, faults), scenario.target(), clock, settings.seed())
                .run(Duration.ofMillis((long) (settings.minutes() * 60_000)), settings.killsMin(), out);
        cluster.forEachDead(node -> out.printf("dead        node %d, which nobody killed%n", node));
    }

    private void compareReplicas(ContainerCluster cluster, HistoryWriter faults) throws InterruptedException {
        try (Admin patient = cluster.newAdmin(DIGESTS)) {
            new FinalDigests(patient, TOPIC, PARTITIONS, clock).write(faults, out);
        }
    }
}
