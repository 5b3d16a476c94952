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
import io.flotilla.chaos.history.HistoryFile;
import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.client.NewTopic;
import io.flotilla.client.ReplicaDigest;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int DIGEST_ATTEMPTS_MAX = 40;
    private static final int WATCH_MS = 250;

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
        Path folder = Files.createDirectories(settings.folder());
        Path history = folder.resolve("history.jsonl");
        out.printf(
                "scenario    %s: %s; seed %d, %.1f minutes, acks=%s%n",
                scenario, scenario.description(), settings.seed(), settings.minutes(), settings.acks());
        out.flush();
        boolean holds = false;
        try {
            List<Op> ops = inContainers(folder);
            HistoryFile.write(history, ops);
            Verdict verdict = HistoryChecker.check(ops, EnumSet.noneOf(AnomalyKind.class));
            verdict.print(out);
            holds = verdict.holds();
            return verdict;
        } finally {
            if (holds && !settings.keep()) {
                forget(folder);
            } else {
                out.printf(
                        "kept        %s: the history and the logs; judge again: flotilla chaos check FILE%n", folder);
            }
            out.flush();
        }
    }

    private List<Op> inContainers(Path folder) throws IOException, InterruptedException {
        Path loadFile = folder.resolve("load.jsonl");
        Path faultsFile = folder.resolve("faults.jsonl");
        long beganNanos = clock.nanos();
        try (ContainerCluster cluster = new ContainerCluster(settings.image(), NODES);
                DriverContainer driver = cluster.driver(
                        "--topic",
                        TOPIC,
                        "--partitions",
                        Integer.toString(PARTITIONS),
                        "--seed",
                        Long.toString(settings.seed()),
                        "--acks",
                        settings.acks())) {
            try (HistoryWriter faults = new HistoryWriter(faultsFile, clock)) {
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
                writeDigests(cluster, faults);
            } finally {
                keepLogs(cluster, driver, folder);
            }
            driver.copyHistory(loadFile);
        }
        List<Op> ops = HistoryFile.merge(List.of(HistoryFile.read(loadFile), HistoryFile.read(faultsFile)));
        Files.delete(loadFile);
        Files.delete(faultsFile);
        return ops;
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

    /** Asked until the replicas agree: a high watermark reaches followers a little later than the leader. */
    private void writeDigests(ContainerCluster cluster, HistoryWriter faults) throws InterruptedException {
        List<ReplicaDigest> digests = cluster.admin().verifyReplicas(TOPIC, List.of());
        for (int attempt = 1; !agree(digests) && attempt < DIGEST_ATTEMPTS_MAX; attempt++) {
            Thread.sleep(WATCH_MS);
            digests = cluster.admin().verifyReplicas(TOPIC, List.of());
        }
        faults.write(
                RepeatedKill.NEMESIS,
                OpType.OK,
                Act.DIGEST,
                digests.stream()
                        .map(digest -> new Mop.Digest(
                                TOPIC + "-" + digest.partition(),
                                digest.brokerId(),
                                digest.startOffset(),
                                digest.endOffset(),
                                digest.error().map(Object::toString).orElse(digest.sha256())))
                        .toList());
    }

    private static boolean agree(List<ReplicaDigest> digests) {
        return digests.stream()
                .allMatch(one -> digests.stream()
                        .allMatch(other -> one.partition() != other.partition() || one.agreesWith(other)));
    }

    private void keepLogs(ContainerCluster cluster, DriverContainer driver, Path folder) {
        cluster.forEachLog((name, log) -> keepLog(folder.resolve(name + ".log"), log));
        keepLog(folder.resolve("driver.log"), driver.log());
    }

    private static void keepLog(Path file, String log) {
        try {
            Files.writeString(file, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void forget(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
