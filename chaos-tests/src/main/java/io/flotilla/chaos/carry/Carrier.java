package io.flotilla.chaos.carry;

import io.flotilla.client.Admin;
import io.flotilla.client.ClusterDescription;
import io.flotilla.client.ClusterDescription.BrokerDescription;
import io.flotilla.client.Consumer;
import io.flotilla.client.ConsumerRecord;
import io.flotilla.client.NewTopic;
import io.flotilla.client.Producer;
import io.flotilla.client.ProducerRecord;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.time.Clock;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Sends the text, has a node killed midway, and reads everything back. Owned by one thread. */
final class Carrier {
    private static final int REPLICAS_MAX = 3;
    private static final double KILL_AT_SHARE = 0.4;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int SILENT_POLLS_MAX = 60;
    private static final long SETTLE_NANOS_MAX = 30_000_000_000L;

    private final Clock clock = new SystemClock();
    private final String bootstrapServer;
    private final TextLines text;
    private final KillTarget target;
    private final NodeProcesses processes;
    private final PrintWriter out;
    private final String topic = "quickstart-" + UUID.randomUUID().toString().substring(0, 8);
    private final AckTimeline acks;

    Carrier(String bootstrapServer, TextLines text, KillTarget target, NodeProcesses processes, PrintWriter out) {
        this.bootstrapServer = bootstrapServer;
        this.text = text;
        this.target = target;
        this.processes = processes;
        this.out = out;
        this.acks = new AckTimeline(text.count());
    }

    CarryReport carry(@Nullable String durability) throws IOException, InterruptedException {
        try (Admin admin = new Admin(config(Map.of()))) {
            Roles before = createTopic(admin, durability);
            out.printf(
                    "topic       %s, 1 partition, replicas %s, leader %d in epoch %d; controller %d in epoch %d%n",
                    topic,
                    before.partition().replicas(),
                    before.partition().leader(),
                    before.partition().leaderEpoch(),
                    before.controllerId(),
                    before.controllerEpoch());
            Kill kill = send(before);
            ReadBack readBack = readBack();
            Roles after = settled(admin, before);
            return new CarryReport(
                    topic,
                    text,
                    acks,
                    readBack,
                    new CarryReport.Roles(
                            target,
                            kill.ackedBefore(),
                            kill.node(),
                            before.partition().leaderEpoch(),
                            after.partition().leaderEpoch(),
                            before.controllerEpoch(),
                            after.controllerEpoch()));
        }
    }

    private record Roles(PartitionDescription partition, int controllerId, long controllerEpoch) {}

    private record Kill(int node, int ackedBefore) {}

    private Map<String, String> config(Map<String, String> extra) {
        Map<String, String> config = new TreeMap<>(extra);
        config.put("bootstrap.servers", bootstrapServer);
        return config;
    }

    /** The partition's leader is the active controller or is not, as the story wants it. */
    private Roles createTopic(Admin admin, @Nullable String durability) {
        ClusterDescription cluster = admin.describeCluster();
        int controller = admin.describeQuorum().leaderId();
        List<Integer> replicas = new ArrayList<>(cluster.brokers().stream()
                .filter(broker -> !broker.fenced())
                .map(BrokerDescription::id)
                .toList());
        replicas.remove((Integer) controller);
        replicas.add(target == KillTarget.BOTH ? 0 : replicas.size(), controller);
        List<Integer> chosen = replicas.subList(0, Math.min(REPLICAS_MAX, replicas.size()));
        admin.createTopics(List.of(new NewTopic(
                        topic,
                        0,
                        0,
                        durability == null ? Map.of() : Map.of("durability", durability),
                        Map.of(0, chosen))))
                .get(0)
                .orThrow();
        return roles(admin);
    }

    private Roles roles(Admin admin) {
        var quorum = admin.describeQuorum();
        PartitionDescription partition = Objects.requireNonNull(
                        admin.describeTopics(List.of(topic)).get(topic), "a topic that was just created")
                .partitions()
                .get(0);
        return new Roles(partition, quorum.leaderId(), quorum.leaderEpoch());
    }

    private Kill send(Roles before) throws IOException, InterruptedException {
        Kill kill = new Kill(-1, 0);
        try (Producer producer = new Producer(
                config(Map.of("linger.ms", "5", "batch.size", "65536", "delivery.timeout.ms", "120000")))) {
            int killAt = (int) (text.count() * KILL_AT_SHARE);
            for (int number = 0; number < text.count(); number++) {
                NumberedLine line = text.line(number);
                producer.send(new ProducerRecord(topic, line.key(), line.value()), (done, failure) -> {
                    if (failure == null && done != null) {
                        acks.acknowledged(done.partition(), clock.nanos(), clock.wallMs());
                    } else {
                        acks.failed(failure == null ? new IllegalStateException("no metadata") : failure);
                    }
                });
                if (target != KillTarget.NONE && kill.node() < 0 && acks.acknowledged() >= killAt) {
                    kill = kill(before);
                }
            }
            while (target != KillTarget.NONE && kill.node() < 0 && acks.share() < 1 && acks.failed() == 0) {
                Thread.onSpinWait();
                if (acks.acknowledged() >= killAt) {
                    kill = kill(before);
                }
            }
            producer.flush();
        }
        return kill;
    }

    private Kill kill(Roles before) throws IOException {
        int node = target.leadsPartition() ? before.partition().leader() : before.controllerId();
        int acked = acks.acknowledged();
        long pid = processes.kill(node);
        out.printf(
                "kill -9     node %d, process %d, after %,d of %,d acknowledgements (%.0f %%)%n",
                node, pid, acked, text.count(), 100.0 * acked / text.count());
        return new Kill(node, acked);
    }

    private ReadBack readBack() {
        ReadBack readBack = new ReadBack(text.count());
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Consumer consumer =
                new Consumer(config(Map.of("auto.offset.reset", "none", "max.poll.records", "10000")))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            int silentPolls = 0;
            for (long position = 0; position < end && silentPolls < SILENT_POLLS_MAX; ) {
                List<ConsumerRecord> records = consumer.poll(POLL);
                silentPolls = records.isEmpty() ? silentPolls + 1 : 0;
                for (ConsumerRecord record : records) {
                    readBack.take(record.value() == null ? new byte[0] : record.value());
                    position = record.offset() + 1;
                }
            }
        }
        return readBack;
    }

    /** The roles after the kill, as soon as they show what the kill must have changed. */
    private Roles settled(Admin admin, Roles before) throws InterruptedException {
        long beganNanos = clock.nanos();
        Roles now = roles(admin);
        while (!risen(before, now) && clock.nanos() - beganNanos < SETTLE_NANOS_MAX) {
            Thread.sleep(POLL.toMillis());
            now = roles(admin);
        }
        return now;
    }

    private boolean risen(Roles before, Roles now) {
        return (!target.leadsPartition()
                        || now.partition().leaderEpoch() > before.partition().leaderEpoch())
                && (!target.isController() || now.controllerEpoch() > before.controllerEpoch());
    }
}
