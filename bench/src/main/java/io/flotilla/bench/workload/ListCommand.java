package io.flotilla.bench.workload;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what there is to run. */
@Command(name = "list", description = "List what can be measured.")
public final class ListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Workloads.ALL.forEach(workload -> spec.commandLine()
                .getOut()
                .printf("%-16s %s (%s)%n", workload.name(), workload.description(), workload.unit()));
        spec.commandLine()
                .getOut()
                .printf(
                        "%-16s %s (ms)%n",
                        "failover",
                        "longest gaps between acks, one cluster, again and again: "
                                + Arrays.stream(Incident.values())
                                        .map(Incident::label)
                                        .collect(Collectors.joining(", ")));
        return 0;
    }
}
