package io.flotilla.bench.workload;

import io.flotilla.bench.cluster.Cluster;
import io.flotilla.bench.load.LoadClients;
import java.io.IOException;
import java.util.Arrays;
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

/** Lets one cluster suffer each incident many times, and compares with the goals. */
@Command(
        name = "failover",
        description = {
            "Let a cluster of three suffer each incident many times at 500 records/s with acks=all and defaults,",
            "and print the longest gaps between acknowledgements, one line for each incident:",
            "  incident NAME system=S runs=N median=MS max=MS goal_median=MS goal_max=MS failed_records=N verdict=V"
        },
        mixinStandardHelpOptions = true)
public final class FailoverCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..*", description = "incidents (default: all)")
    private List<String> names = List.of();

    @Option(names = "--rounds", defaultValue = "20", description = "times that each happens (default ${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--system",
            defaultValue = "flotilla",
            description = "flotilla or kafka, whose goals are the same here (default ${DEFAULT-VALUE})")
    private String system = "flotilla";

    @Mixin
    private Place place = new Place();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (rounds < 1) {
            throw new ParameterException(spec.commandLine(), "--rounds " + rounds + ": must be at least 1");
        }
        List<Incident> chosen = names.isEmpty()
                ? List.of(Incident.values())
                : names.stream().map(this::incident).toList();
        LoadClients of = system();
        try (Cluster cluster = place.cluster(of, IncidentStage.NODES);
                IncidentStage stage = new IncidentStage(cluster)) {
            for (Incident incident : chosen) {
                measure(stage, incident, of);
            }
            cluster.measured();
        }
        return 0;
    }

    private LoadClients system() {
        try {
            return LoadClients.valueOf(system.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--system " + system + ": must be flotilla or kafka", e);
        }
    }

    private Incident incident(String name) {
        return Arrays.stream(Incident.values())
                .filter(incident -> incident.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no incident '" + name + "'; there are "
                                + Arrays.stream(Incident.values())
                                        .map(Incident::label)
                                        .toList()));
    }

    private void measure(IncidentStage stage, Incident incident, LoadClients of) throws IOException {
        Series gaps = new Series();
        long failed = 0;
        for (int round = 1; round <= rounds; round++) {
            IncidentStage.Outcome outcome = stage.suffer(incident);
            gaps.add(new Workload.Figure(outcome.gapMs(), 0));
            failed += outcome.failedRecords();
            say("  %s %d: %.0f ms, %d failed", incident.label(), round, outcome.gapMs(), outcome.failedRecords());
        }
        boolean within = gaps.median() <= incident.goalMedianMs && gaps.max() <= incident.goalMaxMs && failed == 0;
        say(
                "incident %s system=%s runs=%d median=%.0f max=%.0f goal_median=%.0f goal_max=%.0f failed_records=%d"
                        + " verdict=%s",
                incident.label(),
                of.name().toLowerCase(Locale.ROOT),
                rounds,
                gaps.median(),
                gaps.max(),
                incident.goalMedianMs,
                incident.goalMaxMs,
                failed,
                within ? "within" : "beyond");
    }

    private void say(String format, Object... values) {
        spec.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    }
}
