package io.flotilla.chaos.workload;

import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts load on a topic until it is told to stop, reads everything back, and leaves a history. */
@Command(
        name = "workload",
        description = "Send to and read from a topic until a file appears, then read everything; write a history.",
        mixinStandardHelpOptions = true)
public final class WorkloadCommand implements Callable<Integer> {
    /** What it prints as soon as records are acknowledged. */
    public static final String UNDER_WAY = "load is under way";

    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int WATCH_MS = 100;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--bootstrap-server", required = true, paramLabel = "HOST:PORT,...", description = "the brokers")
    private String bootstrapServer = "";

    @Option(names = "--topic", required = true, description = "exists, is empty, and nobody else uses it")
    private String topic = "";

    @Option(names = "--partitions", required = true, description = "how many the topic has")
    private int partitions;

    @Option(names = "--history", required = true, paramLabel = "FILE", description = "where to write what was done")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path history;

    @Option(
            names = "--until",
            required = true,
            paramLabel = "FILE",
            description = "ends the load when it appears; everything is healed by then")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path until;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "draws bursts, pauses, places; default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--senders", defaultValue = "6", description = "default: ${DEFAULT-VALUE}")
    private int senders;

    @Option(names = "--hasty-senders", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
    private int hastySenders;

    @Option(names = "--readers", defaultValue = "3", description = "default: ${DEFAULT-VALUE}")
    private int readers;

    @Option(names = "--acks", defaultValue = "all", description = "all or 1, which loses; default: ${DEFAULT-VALUE}")
    private String acks = "all";

    private final Clock clock = new SystemClock();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (HistoryWriter writer = new HistoryWriter(history, clock)) {
            Load load = new Load(bootstrapServer, topic, partitions, writer);
            List<Thread> clients = clients(load);
            clients.forEach(Thread::start);
            awaitEnd(load);
            load.end();
            for (Thread client : clients) {
                client.join();
            }
            boolean all = new FinalReader(load, clock).readAll();
            out().println(all ? "everything was read" : "not everything could be read");
            out().flush();
            return all ? 0 : 1;
        }
    }

    private List<Thread> clients(Load load) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < senders; i++) {
            clients.add(thread("sender-" + i, new Sender(load, Sender.Patience.PATIENT, acks, random.split())));
        }
        for (int i = 0; i < hastySenders; i++) {
            clients.add(thread("hasty-" + i, new Sender(load, Sender.Patience.HASTY, acks, random.split())));
        }
        for (int i = 0; i < readers; i++) {
            clients.add(thread("reader-" + i, new Reader(load, random.split())));
        }
        clients.add(thread("end-asker", new EndAsker(load)));
        return clients;
    }

    /** A client that dies of something unforeseen takes the whole run with it: its history would have a hole. */
    private static Thread thread(String name, Runnable client) {
        Thread thread = new Thread(client, name);
        thread.setUncaughtExceptionHandler((dead, cause) -> {
            System.err.println(dead.getName() + " died");
            cause.printStackTrace();
            Runtime.getRuntime().halt(3);
        });
        return thread;
    }

    private void awaitEnd(Load load) throws InterruptedException {
        boolean underWay = false;
        long reportedNanos = clock.nanos();
        while (!Files.exists(until) && !load.isEnding()) {
            TimeUnit.MILLISECONDS.sleep(WATCH_MS);
            if (!underWay && load.acked() > 0) {
                underWay = true;
                out().println(UNDER_WAY);
            }
            if (clock.nanos() - reportedNanos > REPORT_NANOS) {
                reportedNanos = clock.nanos();
                out().printf("%,d records acknowledged, %,d bursts in doubt%n", load.acked(), load.inDoubt());
            }
            out().flush();
            load.history().flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
