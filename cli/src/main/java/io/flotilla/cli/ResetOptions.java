package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.TopicPartition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where groups are to go on, of which partitions, and whether it is meant. */
final class ResetOptions {
    @ArgGroup
    private @Nullable Scenario scenario;

    /** Exactly one of them. */
    static final class Scenario {
        @Option(names = "--to-earliest", description = "with --reset-offsets: at the first record that is held")
        boolean toEarliest;

        @Option(names = "--to-latest", description = "behind the last record")
        boolean toLatest;

        @Option(names = "--to-current", description = "where they are")
        boolean toCurrent;

        @Option(names = "--to-offset", paramLabel = "OFFSET", description = "at this offset")
        @Nullable
        Long toOffset;

        @Option(
                names = "--shift-by",
                paramLabel = "N",
                description = "so many records further on; or back, with a negative number")
        @Nullable
        Long shiftBy;

        @Option(
                names = "--to-datetime",
                paramLabel = "YYYY-MM-DDThh:mm:ss.sss",
                description = "at the first record from then on; in UTC, unless a zone such as +02:00 follows")
        @Nullable
        String toDatetime;

        @Option(
                names = "--by-duration",
                paramLabel = "PnDTnHnMnS",
                description = "at the first record since so long ago")
        @Nullable
        Duration byDuration;

        @Option(names = "--from-file", paramLabel = "FILE", description = "as a file says that --export made")
        @Nullable
        Path fromFile;
    }

    @Option(names = "--all-topics", description = "with --reset-offsets: all topics that the group has committed for")
    private boolean allTopics;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC[:P,P...]",
            description = "a topic, or some of its partitions; may be given several times")
    private List<String> topics = List.of();

    @Option(names = "--dry-run", description = "with --reset-offsets: only print what would be set; the default")
    private boolean dryRun;

    @Option(names = "--execute", description = "with --reset-offsets: do it")
    private boolean execute;

    @Option(names = "--export", description = "with --reset-offsets: print the offsets as a file for --from-file")
    private boolean export;

    boolean execute() {
        return execute;
    }

    boolean export() {
        return export;
    }

    /** What to do; only after {@link #defect} found none. */
    Scenario scenario() {
        if (scenario == null) {
            throw new IllegalStateException("no scenario was given");
        }
        return scenario;
    }

    /** What is wrong with the options together, for the user. */
    Optional<String> defect(boolean resetting, boolean deletingOffsets) {
        boolean chosen = allTopics || !topics.isEmpty();
        boolean fromFile = scenario != null && scenario.fromFile != null;
        return Stream.of(
                        new Rule(
                                !resetting || scenario != null,
                                "--reset-offsets needs one of --to-earliest, --to-latest, --to-current, --to-offset,"
                                        + " --shift-by, --to-datetime, --by-duration, --from-file"),
                        new Rule(
                                resetting || (scenario == null && !dryRun && !execute && !export),
                                "--to-..., --shift-by, --by-duration, --from-file, --dry-run, --execute and --export go"
                                        + " with --reset-offsets"),
                        new Rule(
                                resetting || deletingOffsets || !chosen,
                                "--topic and --all-topics go with --reset-offsets or --delete-offsets"),
                        new Rule(!dryRun || !execute, "--dry-run and --execute exclude each other"),
                        new Rule(!allTopics || topics.isEmpty(), "--all-topics and --topic exclude each other"),
                        new Rule(
                                !((resetting && !fromFile) || deletingOffsets) || chosen,
                                "--topic TOPIC or TOPIC:0,1 says of what; --all-topics means all"),
                        new Rule(!fromFile || !chosen, "--from-file names the partitions itself: no --topic"))
                .filter(rule -> !rule.holds())
                .map(Rule::otherwise)
                .findFirst();
    }

    private record Rule(boolean holds, String otherwise) {}

    /**
     * The partitions that were chosen.
     *
     * @param committed those that the group has committed for
     */
    Collection<TopicPartition> partitions(Admin admin, Collection<TopicPartition> committed) throws CommandFailure {
        if (allTopics) {
            return committed;
        }
        Collection<TopicPartition> chosen = new TreeSet<>();
        for (String topic : topics) {
            chosen.addAll(PartitionChoice.parse(topic).partitions(admin));
        }
        return chosen;
    }
}
