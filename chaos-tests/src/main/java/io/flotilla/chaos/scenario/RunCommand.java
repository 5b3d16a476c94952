package io.flotilla.chaos.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs scenarios in containers, one by one. */
@Command(
        name = "run",
        description = "Run scenarios one by one in containers of the image, and judge their histories.",
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "as 'list' prints them")
    private List<String> names = List.of();

    @Option(names = "--seed", description = "draws victims, pauses and load; by default another one each time")
    private @Nullable Long seed;

    @Option(
            names = "--minutes",
            defaultValue = "2",
            description = "how long to break things, 0.1 to 10; default: ${DEFAULT-VALUE}")
    private double minutes;

    @Option(
            names = "--acks",
            defaultValue = "all",
            description = "all, or 1 to see what that loses; default: ${DEFAULT-VALUE}")
    private String acks = "all";

    @Option(names = "--image", defaultValue = "flotilla:latest", description = "default: ${DEFAULT-VALUE}")
    private String image = "";

    @Option(names = "--dir", description = "folder for histories and logs; default: ${DEFAULT-VALUE}")
    private Path folder = Path.of("run", "chaos");

    @Option(names = "--keep", description = "keep the history of a good run, too")
    private boolean keep;

    @Override
    public Integer call() throws InterruptedException {
        List<Scenario> scenarios = names.stream().map(this::scenario).toList();
        int failed = 0;
        for (Scenario scenario : scenarios) {
            long drawn = seed == null ? new SplittableRandom().nextLong(1_000_000) : seed;
            RunSettings settings =
                    new RunSettings(image, drawn, minutes, acks, folder.resolve(scenario + "-" + drawn), keep);
            if (!holds(scenario, settings)) {
                failed++;
            }
        }
        return failed == 0 ? 0 : 1;
    }

    /** A scenario that breaks off has not held; the next one has its turn all the same. */
    private boolean holds(Scenario scenario, RunSettings settings) throws InterruptedException {
        try {
            return new ScenarioRun(scenario, settings, spec.commandLine().getOut())
                    .run()
                    .holds();
        } catch (IOException | RuntimeException e) {
            spec.commandLine().getErr().printf("chaos run: %s broke off: %s%n", scenario, e);
            return false;
        }
    }

    private Scenario scenario(String name) {
        return Scenario.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no scenario '" + name + "'; there are " + List.of(Scenario.values())));
    }
}
