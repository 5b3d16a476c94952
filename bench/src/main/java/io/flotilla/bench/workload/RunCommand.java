package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.cluster.FlotillaNodes;
import io.flotilla.bench.cluster.Home;
import io.flotilla.bench.cluster.KafkaNodes;
import io.flotilla.bench.cluster.Nodes;
import io.flotilla.bench.cluster.Ports;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
    private static final int PORTS_APART = 100;

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "what to measure; see: bench list")
    private List<String> names = List.of();

    @Option(names = "--rounds", defaultValue = "5", description = "rounds of each system (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--base-port",
            defaultValue = "29000",
            description = "first of 200 ports (default ${DEFAULT-VALUE})")
    private int basePort;

    @Option(names = "--scripts", required = true, hidden = true)
    private Path scripts = Path.of("");

    @Option(names = "--flotilla-lib", required = true, hidden = true)
    private Path flotillaLib = Path.of("");

    @Option(names = "--bench-lib", required = true, hidden = true)
    private Path benchLib = Path.of("");

    @Option(names = "--kafka", required = true, hidden = true)
    private Path kafka = Path.of("");

    @Option(names = "--work", required = true, hidden = true)
    private Path work = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds " + rounds + ": must be at least 1");
        }
        List<Workload> chosen = names.stream().map(this::workload).toList();
        for (Workload workload : chosen) {
            compare(workload);
        }
        return 0;
    }

    private Workload workload(String name) {
        return Workloads.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no workload '" + name + "'; there are "
                                + Workloads.ALL.stream().map(Workload::name).toList()));
    }

    private void compare(Workload workload) throws IOException {
        Home home = new Home(scripts, flotillaLib, benchLib, kafka, work);
        say("%s: %s", workload.name(), workload.description());
        Series flotilla = new Series();
        Series others = new Series();
        for (int round = 1; round <= rounds; round++) {
            // Whoever begins finds the machine cooler, so they take turns at that as well.
            if (round % 2 == 1) {
                flotilla.add(measure(workload, round, new FlotillaNodes(home), home));
                others.add(measure(workload, round, new KafkaNodes(home), home));
            } else {
                others.add(measure(workload, round, new KafkaNodes(home), home));
                flotilla.add(measure(workload, round, new FlotillaNodes(home), home));
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

    private Workload.Figure measure(Workload workload, int round, Nodes nodes, Home home) throws IOException {
        Ports ports = new Ports(basePort + nodes.system().ordinal() * PORTS_APART);
        try (Cluster cluster = new Cluster(nodes, home, ports, workload.nodes())) {
            Workload.Figure figure = workload.measure(cluster);
            cluster.measured();
            say(
                    "  round %d %-8s %.1f %s (CPU s of the nodes %.1f, load %.1f)",
                    round,
                    nodes.system().name().toLowerCase(Locale.ROOT),
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
