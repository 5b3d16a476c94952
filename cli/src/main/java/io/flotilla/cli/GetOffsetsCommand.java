package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints offsets of partitions: the first, the end, or the first since a moment. */
@Command(
        name = "get-offsets",
        description = {
            "Print offsets of partitions, as topic:partition:offset; no offset where no record qualifies.",
            "Exits with 1 when nothing matches, or a partition cannot be asked."
        },
        mixinStandardHelpOptions = true)
final class GetOffsetsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @ArgGroup
    private @Nullable Choice choice;

    /** At most one of them; all topics without. */
    static final class Choice {
        @Option(names = "--topic", paramLabel = "REGEX", description = "topics whose whole name matches")
        private @Nullable String topic;

        @Option(
                names = "--topic-partitions",
                paramLabel = "TOPIC[:P|:P-P],...",
                description = "topics, partitions, and ranges that leave out their end, as in orders:0,orders:4-8,p.*")
        private @Nullable String topicPartitions;
    }

    @Option(names = "--partitions", split = ",", paramLabel = "P", description = "with --topic: only these partitions")
    private List<Integer> partitions = List.of();

    @Option(
            names = "--time",
            defaultValue = "latest",
            paramLabel = "TIME",
            description = "earliest (-2), latest (-1, the default), max-timestamp (-3), or milliseconds since 1970: the"
                    + " first record from then on")
    private String time = "latest";

    @Override
    public Integer call() throws Exception {
        OffsetSpec wanted = spec(time);
        PartitionPatterns patterns = patterns();
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            Collection<TopicPartition> chosen =
                    patterns.among(admin.describeTopics().values());
            if (chosen.isEmpty()) {
                throw new CommandFailure("no partition matches " + patterns);
            }
            Map<TopicPartition, Long> offsets = new TreeMap<>();
            Map<TopicPartition, String> failures = new TreeMap<>();
            for (TopicPartition partition : chosen) {
                offsets.put(partition, -1L);
            }
            ask(admin, wanted, offsets, failures);
            output.printLines(
                    spec.commandLine().getOut(),
                    () -> offsets.entrySet().stream()
                            .map(entry -> line(entry.getKey(), entry.getValue()))
                            .toList(),
                    () -> offsets.entrySet().stream()
                            .map(entry -> json(entry.getKey(), entry.getValue()))
                            .toList());
            failures.forEach((partition, failure) ->
                    spec.commandLine().getErr().println(partition + " could not be asked: " + failure));
            return failures.isEmpty() ? 0 : 1;
        }
    }

    /**
     * All in one call; one by one only when that fails, so that one partition without a leader does not hide others.
     */
    private static void ask(
            Admin admin, OffsetSpec wanted, Map<TopicPartition, Long> offsets, Map<TopicPartition, String> failures) {
        Map<TopicPartition, OffsetSpec> specs = new TreeMap<>();
        offsets.keySet().forEach(partition -> specs.put(partition, wanted));
        try {
            offsets.putAll(admin.listOffsets(specs));
        } catch (FlotillaException some) {
            for (TopicPartition partition : specs.keySet()) {
                try {
                    offsets.putAll(admin.listOffsets(Map.of(partition, wanted)));
                } catch (FlotillaException e) {
                    offsets.remove(partition);
                    failures.put(partition, e.error().code() + ": " + e.error().message());
                }
            }
        }
    }

    private PartitionPatterns patterns() throws CommandFailure {
        if (choice != null && choice.topicPartitions != null) {
            if (!partitions.isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(), "--partitions goes with --topic; --topic-partitions names them itself");
            }
            return PartitionPatterns.parse(choice.topicPartitions);
        }
        return PartitionPatterns.of(choice == null || choice.topic == null ? ".*" : choice.topic, partitions);
    }

    private OffsetSpec spec(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "earliest", "-2" -> OffsetSpec.earliest();
            case "latest", "-1" -> OffsetSpec.latest();
            case "max-timestamp", "-3" -> OffsetSpec.maxTimestamp();
            default -> OffsetSpec.forTimestamp(milliseconds(text));
        };
    }

    private long milliseconds(String text) {
        try {
            long timestampMs = Long.parseLong(text);
            if (timestampMs >= 0) {
                return timestampMs;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new ParameterException(
                spec.commandLine(),
                "--time: '" + text + "' is none of earliest, latest, max-timestamp, or milliseconds since 1970");
    }

    private static String line(TopicPartition partition, long offset) {
        return partition.topic() + ":" + partition.partition() + ":" + (offset < 0 ? "" : offset);
    }

    private static Map<String, Object> json(TopicPartition partition, long offset) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", partition.topic());
        json.put("partition", partition.partition());
        if (offset >= 0) {
            json.put("offset", offset);
        }
        return json;
    }
}
