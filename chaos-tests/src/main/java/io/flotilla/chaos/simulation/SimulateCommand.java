package io.flotilla.chaos.simulation;

import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import io.flotilla.sim.run.Outcome;
import io.flotilla.sim.run.Simulation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs seeds of the simulator and says what they showed. */
@Command(
        name = "simulate",
        description = "Run a cluster of real parts in simulated time, broken as each seed has it, and check it.",
        mixinStandardHelpOptions = true)
public final class SimulateCommand implements Callable<Integer> {
    private static final int TWICE_ONE_IN = 100;
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            defaultValue = "240",
            description = "how many must be telling; default: ${DEFAULT-VALUE}")
    private int seeds;

    @Option(names = "--from", defaultValue = "1", description = "the first one; default: ${DEFAULT-VALUE}")
    private long from;

    @Option(names = "--minutes", description = "begin no further seed after so long")
    private @Nullable Double minutes;

    @Option(names = "--threads", defaultValue = "0", description = "default: one for each core")
    private int threads;

    @Option(names = "--trace", description = "print what happens; for one seed")
    private boolean trace;

    @Option(names = "--corpus", description = "file that failing seeds are added to, and that runs first")
    private @Nullable Path corpus;

    @Option(names = "--alone", description = "leave out the seeds that once failed")
    private boolean alone;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (seeds < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds " + seeds + ": must be at least 1");
        }
        if (trace) {
            return traced(out);
        }
        Seeds queue = new Seeds(alone ? List.of() : Corpus.known(corpus), from, seeds);
        int workers = threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
        Clock clock = new SystemClock();
        Report report = new Report(out, clock::nanos);
        new SeedRun(queue, workers, TWICE_ONE_IN, limit(clock::nanos)).run(report::take, report::differs);
        report.print(workers);
        for (Outcome failed : report.failed()) {
            Corpus.add(corpus, failed);
        }
        if (!queue.enough()) {
            out.println("fewer than " + queue.wanted() + " seeds were telling: this run proves nothing");
        }
        return report.failed().isEmpty() && report.holds() && queue.enough() ? 0 : 1;
    }

    private LongSupplier limit(LongSupplier clock) {
        long end = minutes == null ? Long.MAX_VALUE : clock.getAsLong() + (long) (minutes * NANOS_PER_MINUTE);
        return () -> end == Long.MAX_VALUE ? Long.MAX_VALUE : end - clock.getAsLong();
    }

    private int traced(PrintWriter out) {
        Outcome outcome = Simulation.outcome(from, out::println);
        Report.describe(outcome).forEach(out::println);
        outcome.failure().ifPresent(failure -> failure.cause().printStackTrace(out));
        return outcome.failure().isEmpty() ? 0 : 1;
    }
}
