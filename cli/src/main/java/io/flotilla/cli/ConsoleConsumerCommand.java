package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.SubscriptionPattern;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicPartition;
import io.flotilla.client.WakeupException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
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

/** Prints the records of topics. */
@Command(
        name = "console-consumer",
        description = "Print the values of a topic's records, in UTF-8, a line each.",
        mixinStandardHelpOptions = true)
final class ConsoleConsumerCommand implements Callable<Integer> {
    private static final Clock CLOCK = new SystemClock();
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String RESET = "auto.offset.reset";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    /** Exactly one of them. */
    static final class Source {
        @Option(names = "--topic", paramLabel = "NAME", description = "what to read")
        private @Nullable String topic;

        @Option(names = "--include", paramLabel = "REGEX", description = "topics to read, by their whole names")
        private @Nullable String include;
    }

    @Option(
            names = "--group",
            paramLabel = "GROUP",
            description = "read as a member of this group, from where it has come to; default: read everything alone")
    private @Nullable String group;

    @Option(names = "--partition", paramLabel = "N", description = "only this partition")
    private @Nullable Integer partition;

    @Option(
            names = "--offset",
            paramLabel = "OFFSET",
            description = "with --partition: where to start: earliest, latest, or an offset")
    private @Nullable String offset;

    @Option(
            names = "--from-beginning",
            description = "start with the first record that is held, not the next one; with"
                    + " --group only where the group has not been yet")
    private boolean fromBeginning;

    @Option(names = "--max-messages", paramLabel = "N", description = "stop after so many")
    private long maxMessages = Long.MAX_VALUE;

    @Option(names = "--timeout-ms", paramLabel = "MS", description = "stop when nothing came for so long")
    private long timeoutMs = Long.MAX_VALUE;

    @Option(names = "--skip-message-on-error", description = "go on behind a record that cannot be printed")
    private boolean skipOnError;

    @Option(
            names = "--isolation-level",
            defaultValue = "read_uncommitted",
            paramLabel = "LEVEL",
            description = "read_uncommitted or read_committed, which mean the same: there are no transactions, and"
                    + " only records are read that are replicated")
    private String isolationLevel = "";

    @Option(
            names = {"--consumer-property", "--command-property"},
            paramLabel = "KEY=VALUE",
            description = "client config")
    private Map<String, String> properties = new TreeMap<>();

    @Option(
            names = {"--property", "--formatter-property"},
            paramLabel = "KEY=VALUE",
            description = "print.timestamp, print.partition, print.offset, print.epoch, print.headers, print.key,"
                    + " print.value =true or false; key.separator (default: a tab), line.separator, headers.separator,"
                    + " null.literal; key.deserializer, value.deserializer, headers.deserializer, for example"
                    + " LongDeserializer")
    private Map<String, String> printing = new TreeMap<>();

    private long processed;

    @Override
    public Integer call() throws IOException, CommandFailure {
        refuseWhatDoesNotGoTogether();
        RecordFormat format = RecordFormat.of(printing);
        try (Consumer consumer = new Consumer(config())) {
            Interrupt interrupt = new Interrupt(consumer::wakeup);
            start(consumer);
            read(consumer, format);
            interrupt.close();
        } catch (WakeupException e) {
            // Ctrl-C: what was printed is all there is to say.
        } finally {
            spec.commandLine().getOut().flush();
            spec.commandLine().getErr().println("Processed a total of " + processed + " messages");
        }
        return 0;
    }

    private void refuseWhatDoesNotGoTogether() {
        require(partition == null || source.topic != null, "--partition goes with --topic");
        require(partition == null || group == null, "--partition and --group exclude each other");
        require(offset == null || partition != null, "--offset goes with --partition");
        require(offset == null || !fromBeginning, "--offset and --from-beginning exclude each other");
        require(
                offset == null || isOffset(offset),
                "--offset: '" + offset + "' is neither earliest, latest nor a number");
        require(
                isolationLevel.matches("read_(un)?committed"),
                "--isolation-level: '" + isolationLevel + "' is neither read_uncommitted nor read_committed");
        require(
                !fromBeginning || !"latest".equals(properties.get(RESET)),
                "--from-beginning and auto.offset.reset=latest exclude each other");
    }

    private static boolean isOffset(String text) {
        return text.equals("earliest") || text.equals("latest") || text.matches("\\d{1,18}");
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private Map<String, String> config() throws IOException, CommandFailure {
        Map<String, String> extra = new TreeMap<>(properties);
        boolean earliest = fromBeginning || "earliest".equals(offset);
        extra.putIfAbsent(RESET, earliest ? "earliest" : "latest");
        if (group != null) {
            extra.put("group.id", group);
        }
        return cluster.config(extra);
    }

    private void start(Consumer consumer) throws IOException, CommandFailure {
        if (group == null) {
            consumer.assign(partitions());
            if (partition != null && offset != null && Character.isDigit(offset.charAt(0))) {
                consumer.seek(new TopicPartition(String.valueOf(source.topic), partition), Long.parseLong(offset));
            }
        } else if (source.topic != null) {
            consumer.subscribe(List.of(source.topic));
        } else {
            consumer.subscribe(new SubscriptionPattern(String.valueOf(source.include)));
        }
    }

    private Collection<TopicPartition> partitions() throws IOException, CommandFailure {
        if (partition != null) {
            return List.of(new TopicPartition(String.valueOf(source.topic), partition));
        }
        PartitionPatterns patterns = PartitionPatterns.of(source.include == null ? ".*" : source.include, List.of());
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            Map<String, TopicDescription> topics =
                    source.topic == null ? admin.describeTopics() : admin.describeTopics(List.of(source.topic));
            Collection<TopicPartition> chosen = patterns.among(topics.values());
            if (chosen.isEmpty()) {
                throw new CommandFailure("no topic matches " + source.include);
            }
            return chosen;
        }
    }

    private void read(Consumer consumer, RecordFormat format) throws CommandFailure {
        long idleSinceNanos = CLOCK.nanos();
        while (processed < maxMessages) {
            List<ConsumerRecord> records = consumer.poll(POLL);
            long nowNanos = CLOCK.nanos();
            if (!records.isEmpty()) {
                idleSinceNanos = nowNanos;
            } else if ((nowNanos - idleSinceNanos) / 1_000_000 >= timeoutMs) {
                return;
            }
            print(consumer, records, format);
        }
    }

    private void print(Consumer consumer, List<ConsumerRecord> records, RecordFormat format) throws CommandFailure {
        PrintWriter out = spec.commandLine().getOut();
        int printed = 0;
        try {
            while (printed < records.size() && processed < maxMessages) {
                print(out, records.get(printed), format);
                printed++;
                processed++;
            }
        } finally {
            UnreadRecords.giveBack(consumer, records.subList(printed, records.size()));
            out.flush();
        }
    }

    private void print(PrintWriter out, ConsumerRecord record, RecordFormat format) throws CommandFailure {
        try {
            out.print(format.format(record));
        } catch (CommandFailure e) {
            String place = record.topicPartition() + " at offset " + record.offset() + ": " + e.getMessage();
            if (!skipOnError) {
                throw new CommandFailure(place);
            }
            spec.commandLine().getErr().println("skipped " + place);
        }
    }
}
