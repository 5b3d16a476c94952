package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.Driver;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** A running cluster of three with a topic, a load on it and somebody who knows it. Used by one thread. */
final class IncidentStage implements AutoCloseable {
    static final int NODES = 3;
    private static final int PARTITIONS = 12;
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    /** Long enough for a session to end, a leader to be elected and the client to find it. */
    private static final long WATCH_NANOS = 8_000_000_000L;
    /** A gap that has been open for less is the pace of the load. */
    private static final double OPEN_MS_MAX = 500;

    private final Clock clock = new SystemClock();
    private final Cluster cluster;
    private final Driver knower;
    private final Driver load;

    /** What one incident cost. */
    record Outcome(double gapMs, long failedRecords) {}

    IncidentStage(Cluster cluster) throws IOException {
        this.cluster = cluster;
        cluster.start();
        this.knower = cluster.drive("ask", Topics.NAME, "--partitions", Integer.toString(PARTITIONS));
        knower.await("created");
        this.load = cluster.drive("steady-load", Topics.NAME, "--partitions", Integer.toString(PARTITIONS));
        awaitWhole();
    }

    /** Lets it happen once, and leaves the cluster whole. */
    Outcome suffer(Incident incident) throws IOException {
        return incident.victim == Incident.Victim.EACH_IN_TURN ? roll(incident) : strike(incident);
    }

    private Outcome roll(Incident incident) throws IOException {
        send(0);
        for (int node = 1; node <= NODES; node++) {
            incident.deed.strike(cluster, node);
            incident.deed.undo(cluster, node);
            awaitWhole();
        }
        return told();
    }

    private Outcome strike(Incident incident) throws IOException {
        int partition = chosen(incident.victim);
        send(partition);
        int victim = victim(incident.victim, partition);
        incident.deed.strike(cluster, victim);
        long struckNanos = clock.nanos();
        while (clock.nanos() - struckNanos < WATCH_NANOS || openMs() > OPEN_MS_MAX) {
            pause(struckNanos, "acknowledgements flow again");
        }
        Outcome outcome = told();
        incident.deed.undo(cluster, victim);
        awaitWhole();
        return outcome;
    }

    private void send(int partition) throws IOException {
        load.tell("partition " + partition);
        load.await("sending");
        load.tell("watch");
        load.await("watching");
    }

    private Outcome told() throws IOException {
        String[] told = tell();
        return new Outcome(Double.parseDouble(told[0]), Long.parseLong(told[2]));
    }

    private double openMs() throws IOException {
        return Double.parseDouble(tell()[1]);
    }

    private String[] tell() throws IOException {
        load.tell("tell");
        return load.await("told").split(" ");
    }

    /** A partition whose leader is, or is not, the active controller. */
    private int chosen(Incident.Victim victim) throws IOException {
        int[] leaders = leaders();
        int controller = controller();
        IntPredicate fits = victim == Incident.Victim.LEADER_AND_CONTROLLER
                ? partition -> leaders[partition] == controller
                : partition -> leaders[partition] != controller;
        OptionalInt found = IntStream.range(0, PARTITIONS).filter(fits).findFirst();
        return found.orElseThrow(() -> new IOException(
                "no partition for " + victim + ": controller " + controller + ", leaders " + Arrays.toString(leaders)));
    }

    private int victim(Incident.Victim victim, int partition) throws IOException {
        int leader = leaders()[partition];
        int controller = controller();
        return victim == Incident.Victim.FOLLOWER
                ? IntStream.rangeClosed(1, NODES)
                        .filter(node -> node != leader && node != controller)
                        .findFirst()
                        .orElseThrow()
                : leader;
    }

    private int[] leaders() throws IOException {
        return Arrays.stream(ask("leaders").split(" "))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private int controller() throws IOException {
        return Integer.parseInt(ask("controller"));
    }

    private void awaitWhole() throws IOException {
        long beganNanos = clock.nanos();
        while (!ask("whole").equals("true")) {
            pause(beganNanos, "every replica is in sync");
        }
    }

    /** The answer to a question, as soon as the cluster can say. */
    private String ask(String question) throws IOException {
        long beganNanos = clock.nanos();
        while (true) {
            knower.tell(question);
            String answer = knower.await(question);
            if (!List.of("?", "").contains(answer)) {
                return answer;
            }
            pause(beganNanos, "an answer to " + question);
        }
    }

    private void pause(long sinceNanos, String awaited) throws IOException {
        if (clock.nanos() - sinceNanos > PATIENCE_NANOS) {
            throw new IOException("not within " + PATIENCE_NANOS / 1_000_000_000 + " s: " + awaited);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
    }

    @Override
    public void close() {
        load.close();
        knower.close();
    }
}
