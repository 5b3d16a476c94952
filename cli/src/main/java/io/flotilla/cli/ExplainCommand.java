package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.PartitionExplanation;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicPartition;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says why things are as they are. */
@Command(name = "explain", description = "Say why something is as it is.", mixinStandardHelpOptions = true)
final class ExplainCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Command(
            name = "partition",
            description = "Why a partition has this leader, why replicas are missing, and since when.",
            mixinStandardHelpOptions = true)
    int partition(
            @Mixin ClusterOptions cluster,
            @Mixin OutputOptions output,
            @Parameters(paramLabel = "TOPIC-PARTITION", description = "for example orders-0") String which)
            throws Exception {
        TopicPartition partition = parse(which);
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            PartitionExplanation explanation = admin.explainPartition(partition);
            PrintWriter out = spec.commandLine().getOut();
            output.print(
                    out,
                    () -> {
                        explanation.findings().forEach(out::println);
                        out.println();
                        return table(explanation);
                    },
                    () -> json(explanation));
        }
        return 0;
    }

    private static TopicPartition parse(String text) throws CommandFailure {
        int dash = text.lastIndexOf('-');
        try {
            if (dash > 0) {
                return new TopicPartition(text.substring(0, dash), Integer.parseInt(text.substring(dash + 1)));
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new CommandFailure(text + " is no TOPIC-PARTITION, for example orders-0");
    }

    private static Table table(PartitionExplanation explanation) {
        Table table = new Table("Revision", "Time", "Leader", "Epoch", "Replicas", "Isr", "Elr", "Because");
        for (PartitionExplanation.Decision decision : explanation.decisions()) {
            PartitionDescription state = decision.state();
            table.row(
                    decision.revision(),
                    decision.at().map(Instant::toString).orElse("-"),
                    state.leader() < 0 ? "none" : state.leader(),
                    state.leaderEpoch(),
                    state.replicas(),
                    state.isr(),
                    state.elr(),
                    decision.cause().isEmpty() ? "(what came before is forgotten)" : decision.cause());
        }
        return table;
    }

    private static Map<String, Object> json(PartitionExplanation explanation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", explanation.partition().topic());
        json.put("partition", explanation.partition().partition());
        json.put("findings", explanation.findings());
        json.put("complete", explanation.complete());
        json.put(
                "decisions",
                explanation.decisions().stream().map(ExplainCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(PartitionExplanation.Decision decision) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("revision", decision.revision());
        decision.at().ifPresent(at -> json.put("time", at.toString()));
        json.put("cause", decision.cause());
        json.put("leader", decision.state().leader());
        json.put("leaderEpoch", decision.state().leaderEpoch());
        json.put("replicas", decision.state().replicas());
        json.put("isr", decision.state().isr());
        json.put("elr", decision.state().elr());
        return json;
    }
}
