package io.flotilla.cli;

import io.flotilla.client.CommitFailedException;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRebalanceListener;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.OffsetAndMetadata;
import io.flotilla.client.TopicPartition;
import io.flotilla.client.WakeupException;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads as a member of a group, and says what it was given, read and committed. */
@Command(
        name = "verifiable-consumer",
        description = "Read as a member of a group, and print what happens, a line of JSON each, as Kafka's tool does.",
        mixinStandardHelpOptions = true)
final class VerifiableConsumerCommand implements Callable<Integer> {
    private static final Clock CLOCK = new SystemClock();
    private static final Duration POLL = Duration.ofMillis(200);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--topic", required = true, paramLabel = "NAME", description = "what to read")
    private String topic = "";

    @Option(names = "--group-id", required = true, paramLabel = "GROUP", description = "the group to be a member of")
    private String group = "";

    @Option(names = "--group-instance-id", paramLabel = "ID", description = "makes it a static member")
    private @Nullable String instance;

    @Option(names = "--group-remote-assignor", paramLabel = "NAME", description = "uniform or range")
    private @Nullable String assignor;

    @Option(names = "--max-messages", defaultValue = "-1", paramLabel = "N", description = "-1, the default: for ever")
    private long maxMessages;

    @Option(names = "--verbose", description = "print each record, too")
    private boolean verbose;

    @Option(names = "--enable-autocommit", description = "commit now and then instead of after each poll")
    private boolean autoCommit;

    @Option(
            names = "--reset-policy",
            defaultValue = "earliest",
            paramLabel = "POLICY",
            description = "where to start without a commit: earliest, latest, none; default: ${DEFAULT-VALUE}")
    private String resetPolicy = "earliest";

    @Option(
            names = {"--command-property", "--consumer-property"},
            paramLabel = "KEY=VALUE",
            description = "client config")
    private Map<String, String> properties = new TreeMap<>();

    @Override
    public Integer call() throws Exception {
        EventLines events = new EventLines(spec.commandLine().getOut(), CLOCK);
        try (Consumer consumer = new Consumer(config())) {
            Interrupt interrupt = new Interrupt(consumer::wakeup);
            events.print("startup_complete");
            consumer.subscribe(List.of(topic), tellOfPartitions(events));
            read(consumer, events);
            interrupt.close();
        } catch (WakeupException e) {
            // Ctrl-C: the consumer is closed, and that is the end.
        } finally {
            events.print("shutdown_complete");
        }
        return 0;
    }

    private Map<String, String> config() throws IOException, CommandFailure {
        Map<String, String> extra = new TreeMap<>(properties);
        extra.put("group.id", group);
        extra.put("auto.offset.reset", resetPolicy);
        extra.put("enable.auto.commit", Boolean.toString(autoCommit));
        if (instance != null) {
            extra.put("group.instance.id", instance);
        }
        if (assignor != null) {
            extra.put("group.remote.assignor", assignor);
        }
        return cluster.config(extra);
    }

    private static ConsumerRebalanceListener tellOfPartitions(EventLines events) {
        return new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                events.print("partitions_assigned", Map.of("partitions", places(partitions)));
            }

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                events.print("partitions_revoked", Map.of("partitions", places(partitions)));
            }
        };
    }

    private void read(Consumer consumer, EventLines events) {
        long consumed = 0;
        while (maxMessages < 0 || consumed < maxMessages) {
            List<ConsumerRecord> records = consumer.poll(POLL);
            if (maxMessages >= 0 && records.size() > maxMessages - consumed) {
                int wanted = (int) (maxMessages - consumed);
                UnreadRecords.giveBack(consumer, records.subList(wanted, records.size()));
                records = records.subList(0, wanted);
            }
            if (!records.isEmpty()) {
                consumed += records.size();
                Map<TopicPartition, OffsetAndMetadata> offsets = tellOfRecords(records, events);
                if (!autoCommit) {
                    commit(consumer, offsets, events);
                }
            }
        }
    }

    /** Says what came; returns the offsets behind it. */
    private Map<TopicPartition, OffsetAndMetadata> tellOfRecords(List<ConsumerRecord> records, EventLines events) {
        Map<TopicPartition, List<ConsumerRecord>> byPartition = new TreeMap<>();
        for (ConsumerRecord record : records) {
            byPartition
                    .computeIfAbsent(record.topicPartition(), none -> new ArrayList<>())
                    .add(record);
            if (verbose) {
                events.print("record_data", data(record));
            }
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
        List<Map<String, Object>> summaries = new ArrayList<>();
        byPartition.forEach((partition, some) -> {
            long last = some.get(some.size() - 1).offset();
            Map<String, Object> summary = place(partition);
            summary.put("count", some.size());
            summary.put("minOffset", some.get(0).offset());
            summary.put("maxOffset", last);
            summaries.add(summary);
            offsets.put(partition, new OffsetAndMetadata(last + 1));
        });
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("count", records.size());
        fields.put("partitions", summaries);
        events.print("records_consumed", fields);
        return offsets;
    }

    private static Map<String, Object> data(ConsumerRecord record) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", text(record.key()));
        fields.put("value", text(record.value()));
        fields.putAll(place(record.topicPartition()));
        fields.put("offset", record.offset());
        return fields;
    }

    /** A commit that fails because the group moved on is told, and is no end: what is read again is told again. */
    private static void commit(Consumer consumer, Map<TopicPartition, OffsetAndMetadata> offsets, EventLines events) {
        Map<String, Object> fields = new LinkedHashMap<>();
        List<Map<String, Object>> places = new ArrayList<>();
        offsets.forEach((partition, offset) -> {
            Map<String, Object> place = place(partition);
            place.put("offset", offset.offset());
            places.add(place);
        });
        fields.put("offsets", places);
        try {
            consumer.commitSync(offsets);
            fields.put("success", true);
        } catch (CommitFailedException | FlotillaException e) {
            fields.put("success", false);
            fields.put("error", String.valueOf(e.getMessage()));
        }
        events.print("offsets_committed", fields);
    }

    private static List<Map<String, Object>> places(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .sorted()
                .map(VerifiableConsumerCommand::place)
                .toList();
    }

    private static Map<String, Object> place(TopicPartition partition) {
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("topic", partition.topic());
        place.put("partition", partition.partition());
        return place;
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
