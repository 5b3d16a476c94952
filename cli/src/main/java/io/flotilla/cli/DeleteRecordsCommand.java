package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.DeletedRecords;
import io.flotilla.client.TopicPartition;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Deletes records before their time. */
@Command(
        name = "delete-records",
        description = "Delete the oldest records of partitions, for good.",
        mixinStandardHelpOptions = true)
final class DeleteRecordsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @Option(
            names = "--offset-json-file",
            required = true,
            paramLabel = "FILE",
            description = "{\"partitions\": [{\"topic\": \"orders\", \"partition\": 0, \"offset\": 100}], \"version\":"
                    + " 1}: records below the offset go; -1 means all that are committed")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Override
    public Integer call() throws Exception {
        Map<TopicPartition, Long> offsets = PartitionsFile.offsets(file);
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            List<DeletedRecords> results = admin.deleteRecords(offsets);
            output.print(
                    spec.commandLine().getOut(),
                    () -> table(results),
                    () -> results.stream().map(DeleteRecordsCommand::json).toList());
            return results.stream().allMatch(result -> result.error().isEmpty()) ? 0 : 1;
        }
    }

    private static Table table(List<DeletedRecords> results) {
        Table table = new Table("Topic", "Partition", "LowWatermark", "Result");
        for (DeletedRecords result : results) {
            table.row(
                    result.partition().topic(),
                    result.partition().partition(),
                    result.lowWatermark() < 0 ? "-" : result.lowWatermark(),
                    result.error()
                            .map(error -> error.code() + ": " + error.message())
                            .orElse("deleted"));
        }
        return table;
    }

    private static Map<String, Object> json(DeletedRecords result) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", result.partition().topic());
        json.put("partition", result.partition().partition());
        json.put("lowWatermark", result.lowWatermark());
        result.error().ifPresent(error -> {
            json.put("error", error.code().name());
            json.put("message", error.message());
        });
        return json;
    }
}
