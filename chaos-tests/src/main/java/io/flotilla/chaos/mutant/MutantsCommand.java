package io.flotilla.chaos.mutant;

import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs known bugs under the simulator, each until a seed catches it; or writes one's classes for a closer look. */
@Command(
        name = "mutants",
        description = "Run known bugs of replication under the simulator until each is caught.",
        mixinStandardHelpOptions = true)
public final class MutantsCommand implements Callable<Integer> {
    private static final String ROW = "%-38s %-28s %-24s %-24s %5s%n";
    private static final double NANOS_PER_MINUTE = 60e9;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "mutants to run; default: all")
    private List<String> names = List.of();

    @Option(
            names = "--seeds",
            defaultValue = "240",
            description = "a mutant that so many seeds do not catch has escaped; default: ${DEFAULT-VALUE}")
    private long seeds;

    @Option(names = "--from", defaultValue = "1", description = "first seed; default: ${DEFAULT-VALUE}")
    private long first;

    @Option(names = "--threads", description = "mutants at a time; default: one for each processor")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--minutes", description = "begin nothing after so long; then --least must have been caught")
    private @Nullable Double minutes;

    @Option(
            names = "--least",
            defaultValue = "15",
            description = "how many must be caught where the time is bounded; default: ${DEFAULT-VALUE}")
    private int least;

    @Option(names = "--sources", description = "root of the source tree; default: ${DEFAULT-VALUE}")
    private Path root = Path.of(".");

    @Option(
            names = "--classes",
            paramLabel = "DIR",
            description = "run nothing, but write the classes of the named mutant into this folder, which then has to"
                    + " come first on the class path")
    private @Nullable Path classes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        MutantSources sources = new MutantSources(root);
        List<Mutant> mutants = names.isEmpty()
                ? sources.all()
                : names.stream().map(sources::named).toList();
        List<MutantTrial> trials = new ArrayList<>();
        try (MutantCompiler compiler = new MutantCompiler()) {
            for (Mutant mutant : mutants) {
                Map<String, byte[]> changed = compiler.compile(mutant.name(), sources.changedFiles(mutant));
                if (classes == null) {
                    trials.add(new MutantTrial(mutant, changed, first));
                } else {
                    write(classes, changed);
                }
            }
        }
        return classes == null ? run(trials) : 0;
    }

    private static void write(Path folder, Map<String, byte[]> compiled) throws IOException {
        for (Map.Entry<String, byte[]> each : compiled.entrySet()) {
            Path file = folder.resolve(each.getKey().replace('.', '/') + ".class");
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, each.getValue());
        }
    }

    private int run(List<MutantTrial> trials) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, ROW, "mutant", "rule", "should be caught by", "was caught by", "seeds");
        new MutantRounds(trials, threads, limit(new SystemClock())).run(seeds, trial -> print(out, trial));
        List<MutantTrial> uncaught =
                trials.stream().filter(trial -> !trial.isCaught()).toList();
        uncaught.forEach(trial -> print(out, trial));
        int caught = trials.size() - uncaught.size();
        long escaped = uncaught.stream().filter(trial -> trial.seeds() >= seeds).count();
        out.printf(
                Locale.ROOT,
                "mutants: %d, caught: %d, escaped: %d, undecided: %d%n",
                trials.size(),
                caught,
                escaped,
                uncaught.size() - escaped);
        return escaped == 0 && (minutes == null || caught >= Math.min(least, trials.size())) ? 0 : 1;
    }

    private LongSupplier limit(Clock clock) {
        long end = minutes == null ? Long.MAX_VALUE : clock.nanos() + (long) (minutes * NANOS_PER_MINUTE);
        return () -> minutes == null ? Long.MAX_VALUE : end - clock.nanos();
    }

    private void print(PrintWriter out, MutantTrial trial) {
        String verdict = trial.seeds() >= seeds ? "ESCAPED" : "(not in this time)";
        out.printf(
                Locale.ROOT,
                ROW,
                trial.mutant().name(),
                trial.mutant().rule(),
                trial.mutant().predicate(),
                trial.isCaught() ? trial.predicate() : verdict,
                trial.seeds());
        out.flush();
    }
}
