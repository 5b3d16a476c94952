package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.ElectionKind;
import io.flotilla.client.ElectionOutcome;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Elects leaders by command. */
@Command(
        name = "leader-election",
        description = "Let preferred leaders lead again, or anybody at all where there is no leader.",
        mixinStandardHelpOptions = true)
final class LeaderElectionCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--election-type",
            required = true,
            paramLabel = "preferred|unclean",
            description = "unclean may lose acknowledged records, and is for partitions that nobody leads")
    private ElectionKind kind = ElectionKind.PREFERRED;

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    /** Exactly one of them. */
    static final class Which {
        @Option(names = "--all-topic-partitions", description = "every partition of the cluster")
        private boolean all;

        @Option(
                names = "--path-to-json-file",
                paramLabel = "FILE",
                description = "{\"partitions\": [{\"topic\": \"orders\", \"partition\": 0}]}")
        private @Nullable Path file;

        @Option(names = "--topic", paramLabel = "NAME", description = "the topic, with --partition")
        private @Nullable String topic;
    }

    @Option(names = "--partition", paramLabel = "N", description = "with --topic: the partition")
    private @Nullable Integer partition;

    @Override
    public Integer call() throws Exception {
        List<TopicPartition> partitions = partitions();
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            List<ElectionOutcome> outcomes =
                    which.all ? admin.electLeadersOfAll(kind) : admin.electLeaders(kind, partitions);
            output.print(
                    spec.commandLine().getOut(),
                    () -> table(outcomes),
                    () -> outcomes.stream().map(LeaderElectionCommand::json).toList());
            return outcomes.stream().allMatch(LeaderElectionCommand::isAsAsked) ? 0 : 1;
        }
    }

    private List<TopicPartition> partitions() throws CommandFailure {
        if (which.all) {
            return List.of();
        }
        if (which.file != null) {
            List<TopicPartition> named = new ArrayList<>();
            PartitionsFile.read(which.file).forEach(entry -> named.add(entry.partition()));
            if (named.isEmpty()) {
                throw new CommandFailure(which.file + " names no partition; --all-topic-partitions means all");
            }
            return named;
        }
        if (which.topic == null || partition == null) {
            throw new CommandFailure("--topic and --partition go together");
        }
        return List.of(new TopicPartition(which.topic, partition));
    }

    private static boolean isAsAsked(ElectionOutcome outcome) {
        return outcome.error().isEmpty() || outcome.error().get().code() == ErrorCode.ELECTION_NOT_NEEDED;
    }

    private static Table table(List<ElectionOutcome> outcomes) {
        Table table = new Table("Topic", "Partition", "Leader", "Result");
        for (ElectionOutcome outcome : outcomes) {
            table.row(
                    outcome.partition().topic(),
                    outcome.partition().partition(),
                    outcome.leader() < 0 ? "none" : outcome.leader(),
                    result(outcome));
        }
        return table;
    }

    private static String result(ElectionOutcome outcome) {
        return outcome.error()
                .map(error -> error.code() + ": " + error.message())
                .orElse(outcome.moving() ? "takes over when the present leader has drained" : "elected");
    }

    private static Map<String, Object> json(ElectionOutcome outcome) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", outcome.partition().topic());
        json.put("partition", outcome.partition().partition());
        json.put("leader", outcome.leader());
        json.put("moving", outcome.moving());
        outcome.error().ifPresent(error -> {
            json.put("error", error.code().name());
            json.put("message", error.message());
        });
        return json;
    }
}
