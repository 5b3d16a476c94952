package io.flotilla.process;

import io.flotilla.client.CommitFailedException;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRebalanceListener;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.OffsetAndMetadata;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group in a JVM of its own, which can be killed: SIGKILL ends it, SIGTERM makes it leave. Writes what it
 * sees to a journal, which outlives it, before anything can be committed.
 */
final class GroupReader implements ConsumerRebalanceListener {
    /** Polls between commits, where it commits itself. */
    private static final int POLLS_PER_COMMIT = 5;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Clock CLOCK = new SystemClock();

    private final Consumer consumer;
    private final boolean commits;
    private final OutputStream journal;
    /** By partition: behind what was read. */
    private final Map<TopicPartition, OffsetAndMetadata> positions = new TreeMap<>();

    private volatile boolean leaving;

    private GroupReader(Consumer consumer, boolean commits, OutputStream journal) {
        this.consumer = consumer;
        this.commits = commits;
        this.journal = journal;
    }

    /** Polls until it is ended: bootstrap servers, group, topic, journal, whether it commits itself. */
    public static void main(String[] args) throws IOException {
        boolean commits = Boolean.parseBoolean(args[4]);
        Consumer consumer = new Consumer(Map.of(
                "bootstrap.servers",
                args[0],
                "group.id",
                args[1],
                "auto.offset.reset",
                "earliest",
                "auto.commit.interval.ms",
                "500",
                "enable.auto.commit",
                Boolean.toString(!commits)));
        GroupReader reader = new GroupReader(consumer, commits, new FileOutputStream(args[3]));
        Thread polls = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> reader.leave(polls), "leave"));
        reader.run(args[2]);
    }

    private void leave(Thread polls) {
        leaving = true;
        try {
            polls.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(String topic) {
        try (consumer) {
            consumer.subscribe(List.of(topic), this);
            for (int polls = 1; !leaving; polls++) {
                List<GroupEvent> read = new ArrayList<>();
                consumer.poll(POLL).forEach(record -> add(read, record));
                write(read);
                if (commits && polls % POLLS_PER_COMMIT == 0) {
                    commit(positions);
                }
            }
        }
        write(List.of(event(GroupEvent.Kind.CLOSED, -1)));
    }

    /** Adds a record to the last run of its partition, if it continues that. */
    private void add(List<GroupEvent> read, ConsumerRecord record) {
        int number = Integer.parseInt(text(record.value()));
        if (!text(record.key()).equals(KeyedLoad.key(number))) {
            throw new IllegalStateException(number + " has the key " + text(record.key()));
        }
        positions.put(record.topicPartition(), new OffsetAndMetadata(record.offset() + 1));
        int last = read.size() - 1;
        GroupEvent run = last < 0 ? null : read.get(last);
        if (run != null
                && run.partition() == record.partition()
                && run.offset() + run.numbers().length == record.offset()) {
            int[] longer = Arrays.copyOf(run.numbers(), run.numbers().length + 1);
            longer[longer.length - 1] = number;
            read.set(last, new GroupEvent(run.atNanos(), "", run.kind(), run.partition(), run.offset(), longer));
        } else {
            read.add(new GroupEvent(
                    CLOCK.nanos(), "", GroupEvent.Kind.READ, record.partition(), record.offset(), new int[] {number}));
        }
    }

    private static String text(byte @Nullable [] bytes) {
        return new String(Objects.requireNonNull(bytes), StandardCharsets.UTF_8);
    }

    /** What cannot be committed is read again, by whom the coordinator chooses. */
    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            consumer.commitSync(offsets);
        } catch (CommitFailedException | FlotillaException refused) {
            return;
        }
        List<GroupEvent> committed = new ArrayList<>();
        offsets.forEach((partition, offset) -> committed.add(new GroupEvent(
                CLOCK.nanos(), "", GroupEvent.Kind.COMMITTED, partition.partition(), offset.offset(), new int[0])));
        write(committed);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        tell(GroupEvent.Kind.ASSIGNED, partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> going = new TreeMap<>(positions);
        going.keySet().retainAll(partitions);
        if (commits) {
            commit(going);
        }
        positions.keySet().removeAll(partitions);
        tell(GroupEvent.Kind.REVOKED, partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        positions.keySet().removeAll(partitions);
        tell(GroupEvent.Kind.LOST, partitions);
    }

    private void tell(GroupEvent.Kind kind, Collection<TopicPartition> partitions) {
        write(partitions.stream()
                .map(partition -> event(kind, partition.partition()))
                .toList());
    }

    private static GroupEvent event(GroupEvent.Kind kind, int partition) {
        return GroupEvent.of(CLOCK.nanos(), "", kind, partition);
    }

    /** Writes lines at once: the kernel has them when this returns. */
    private void write(List<GroupEvent> events) {
        StringBuilder lines = new StringBuilder();
        events.forEach(event -> lines.append(event.line()).append('\n'));
        try {
            journal.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts it. What it prints goes beside the journal.
     *
     * @param commits whether it commits itself, instead of having that done every half second
     */
    static Process start(String bootstrap, String group, String topic, Path journal, boolean commits) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(NodeProcess.quickStart());
        command.addAll(List.of(
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                NodeProcess.distribution() + "/*:"
                        + Path.of("target", "test-classes").toAbsolutePath(),
                GroupReader.class.getName(),
                bootstrap,
                group,
                topic,
                journal.toString(),
                Boolean.toString(commits)));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(journal.resolveSibling(journal.getFileName() + ".log")
                                    .toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
