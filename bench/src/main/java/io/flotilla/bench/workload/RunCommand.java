package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.load.LoadClients;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the two systems in turn, round by round, and compares their medians. */
@Command(
        name = "run",
        description = {
            "Measure Flotilla and Kafka in turn and print, for each workload,",
            "  result NAME flotilla=MEDIAN kafka=MEDIAN ratio=R unit=U",
            "where a ratio above 1 means that Flotilla is better."
        },
        mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "1..*", description = "what to measure; see: bench list")
    private List<String> names = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "rounds of each system (default ${DEFAULT-VALUE})")
    private int rounds;

    @Mixin
    private Place place = new Place();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds " + rounds + ": must be at least 1");
        }
        List<Workload> chosen =
                names.stream().flatMap(name -> workloads(name).stream()).toList();
        for (Workload workload : chosen) {
            compare(workload);
        }
        return 0;
    }

    private List<Workload> workloads(String name) {
        List<Workload> named = Workloads.named(name);
        if (named.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no workload '" + name + "'; there are "
                            + Workloads.ALL.stream().map(Workload::name).toList());
        }
        return named;
    }

    private void compare(Workload workload) throws IOException {
        say("%s: %s", workload.name(), workload.description());
        Series flotilla = new Series();
        Series others = new Series();
        for (int round = 1; round <= rounds; round++) {
            // Whoever begins finds the machine cooler, so they take turns at that as well.
            if (round % 2 == 1) {
                flotilla.add(measure(workload, round, LoadClients.FLOTILLA));
                others.add(measure(workload, round, LoadClients.KAFKA));
            } else {
                others.add(measure(workload, round, LoadClients.KAFKA));
                flotilla.add(measure(workload, round, LoadClients.FLOTILLA));
            }
        }
        double ratio =
                workload.higherIsBetter() ? flotilla.median() / others.median() : others.median() / flotilla.median();
        say(
                "  ranges flotilla=%s kafka=%s; CPU s of the nodes flotilla=%.1f kafka=%.1f",
                flotilla.range(), others.range(), flotilla.medianCpuSeconds(), others.medianCpuSeconds());
        say(
                "result %s flotilla=%.1f kafka=%.1f ratio=%.2f unit=%s",
                workload.name(), flotilla.median(), others.median(), ratio, workload.unit());
    }

    private Workload.Figure measure(Workload workload, int round, LoadClients system) throws IOException {
        try (Cluster cluster = place.cluster(system, workload.nodes())) {
            Workload.Figure figure = workload.measure(cluster);
            cluster.measured();
            say(
                    "  round %d %-8s %.1f %s (CPU s of the nodes %.1f, load %.1f)",
                    round,
                    system.name().toLowerCase(Locale.ROOT),
                    figure.value(),
                    workload.unit(),
                    figure.cpuSeconds(),
                    ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
            return figure;
        }
    }

    private void say(String format, Object... values) {
        spec.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    }
}
