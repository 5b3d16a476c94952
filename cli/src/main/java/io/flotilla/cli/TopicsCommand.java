package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flotilla.client.Admin;
import io.flotilla.client.NewPartitions;
import io.flotilla.client.NewTopic;
import io.flotilla.client.OperationResult;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicDescription.PartitionDescription;
import io.flotilla.client.TopicResult;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.InternalTopics;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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
import picocli.CommandLine.Spec;

/** Creates, lists, describes and deletes topics. */
@Command(name = "topics", description = "Create, list, describe or delete topics.", mixinStandardHelpOptions = true)
final class TopicsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Mixin
    private ClusterOptions cluster = new ClusterOptions();

    @Mixin
    private OutputOptions output = new OutputOptions();

    @ArgGroup(multiplicity = "1")
    private Action action = new Action();

    /** Exactly one of them. */
    static final class Action {
        @Option(names = "--create", description = "create the topic")
        private boolean create;

        @Option(names = "--list", description = "print the names of all topics")
        private boolean list;

        @Option(names = "--describe", description = "print partitions, leaders, replicas and in-sync replicas")
        private boolean describe;

        @Option(names = "--alter", description = "give the topic more partitions: --partitions says how many in all")
        private boolean alter;

        @Option(names = "--delete", description = "delete the topic and its records for good")
        private boolean delete;

        @Option(
                names = "--verify-replicas",
                description = "compare the replicas' stored bytes below the high watermark")
        private boolean verifyReplicas;
    }

    @Option(names = "--topic", paramLabel = "NAME", description = "the topic")
    private @Nullable String topic;

    @Option(names = "--partitions", paramLabel = "N", description = "by default the cluster's num.partitions")
    private int partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "by default the cluster's default.replication.factor")
    private int replicationFactor;

    @Option(
            names = "--replica-assignment",
            paramLabel = "ID:ID,ID:ID",
            description = "brokers by partition, preferred leader first, instead of the two above")
    private @Nullable String replicaAssignment;

    @Option(
            names = "--config",
            paramLabel = "KEY=VALUE",
            description = "topic config, for example durability=replicated")
    private Map<String, String> configs = new TreeMap<>();

    @Option(names = "--if-not-exists", description = "with --create: no error when the topic exists")
    private boolean ifNotExists;

    @Option(names = "--if-exists", description = "with --delete: no error when the topic does not exist")
    private boolean ifExists;

    @Option(
            names = "--exclude-internal",
            description = "with --list and --describe: leave the cluster's own topics out")
    private boolean excludeInternal;

    @Option(
            names = "--under-replicated-partitions",
            description = "with --describe: only those that lack in-sync replicas")
    private boolean underReplicated;

    @Option(names = "--unavailable-partitions", description = "with --describe: only those without a leader")
    private boolean unavailable;

    @Override
    public Integer call() throws Exception {
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            if (action.create) {
                return create(admin);
            } else if (action.list) {
                List<String> names =
                        admin.listTopics().stream().filter(this::shown).toList();
                output.print(
                        out(),
                        () -> names.stream().collect(() -> new Table("TOPIC"), Table::row, (a, b) -> {}),
                        () -> names);
                return 0;
            } else if (action.alter) {
                return alter(admin);
            } else if (action.delete) {
                return delete(admin);
            } else if (action.verifyReplicas) {
                return new ReplicaVerification(admin, out(), output).verify(topicName());
            }
            return describe(admin);
        }
    }

    private boolean shown(String name) {
        return !excludeInternal || !InternalTopics.contains(name);
    }

    private int create(Admin admin) throws CommandFailure {
        NewTopic wanted = new NewTopic(topicName(), partitions, replicationFactor, configs, assignments());
        TopicResult result = admin.createTopics(List.of(wanted)).get(0);
        if (result.error().isPresent()
                && ifNotExists
                && result.error().get().code() == ErrorCode.TOPIC_ALREADY_EXISTS) {
            out().println("topic " + topicName() + " exists already");
        } else {
            result.orThrow();
            out().println("created topic " + topicName());
        }
        out().flush();
        return 0;
    }

    /** As Kafka's tool has it, the assignments name all partitions; those that are there already stay as they are. */
    private int alter(Admin admin) throws CommandFailure {
        if (partitions < 1) {
            throw new CommandFailure("--alter needs --partitions; other configs are changed by 'flotilla configs'");
        }
        Map<Integer, List<Integer>> added = assignments();
        if (!added.isEmpty()) {
            TopicDescription now = admin.describeTopics(List.of(topicName())).get(topicName());
            int present = now == null ? 0 : now.partitions().size();
            added.keySet().removeIf(number -> number < present);
        }
        admin.createPartitions(List.of(new NewPartitions(topicName(), partitions, added)))
                .forEach(OperationResult::orThrow);
        out().println("topic " + topicName() + " has " + partitions
                + " partitions; records with keys may go to other ones from now on");
        out().flush();
        return 0;
    }

    private int delete(Admin admin) throws CommandFailure {
        TopicResult result = admin.deleteTopics(List.of(topicName())).get(0);
        if (result.error().isPresent()
                && ifExists
                && result.error().get().code() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
            out().println("topic " + topicName() + " does not exist");
        } else {
            result.orThrow();
            out().println("deleted topic " + topicName());
        }
        out().flush();
        return 0;
    }

    private int describe(Admin admin) throws JsonProcessingException {
        Collection<TopicDescription> topics = (topic == null
                        ? admin.describeTopics()
                        : admin.describeTopics(List.of(topic)))
                .values().stream().filter(each -> shown(each.name())).toList();
        if (underReplicated || unavailable) {
            List<Row> rows = rows(topics);
            if (!rows.isEmpty()) {
                output.print(
                        out(),
                        () -> table(rows),
                        () -> rows.stream().map(Row::json).toList());
            }
            return 0;
        }
        output.print(
                out(),
                () -> table(rows(topics)),
                () -> topics.stream().map(TopicsCommand::json).toList());
        return 0;
    }

    private record Row(TopicDescription topic, PartitionDescription partition) {
        Map<String, Object> json() {
            Map<String, Object> json = TopicsCommand.json(partition);
            json.put("topic", topic.name());
            return json;
        }
    }

    private List<Row> rows(Collection<TopicDescription> topics) {
        List<Row> rows = new ArrayList<>();
        for (TopicDescription each : topics) {
            for (PartitionDescription partition : each.partitions()) {
                boolean lacks = partition.isr().size() < partition.replicas().size();
                if ((!underReplicated || lacks) && (!unavailable || partition.leader() < 0)) {
                    rows.add(new Row(each, partition));
                }
            }
        }
        return rows;
    }

    private static Table table(List<Row> rows) {
        Table table = new Table("Topic", "Partition", "Leader", "LeaderEpoch", "Replicas", "Isr", "Elr", "Configs");
        for (Row row : rows) {
            PartitionDescription partition = row.partition();
            table.row(
                    row.topic().name(),
                    partition.partition(),
                    partition.leader() < 0 ? "none" : partition.leader(),
                    partition.leaderEpoch(),
                    numbers(partition.replicas()),
                    numbers(partition.isr()),
                    partition.elr().isEmpty() ? "-" : numbers(partition.elr()),
                    partition.partition() == 0 ? configs(row.topic()) : "");
        }
        return table;
    }

    private static String configs(TopicDescription topic) {
        List<String> texts = new ArrayList<>();
        new TreeMap<>(topic.configs()).forEach((key, value) -> texts.add(key + "=" + value));
        return String.join(",", texts);
    }

    private static String numbers(List<Integer> ids) {
        return String.join(",", ids.stream().map(String::valueOf).toList());
    }

    private static Map<String, Object> json(TopicDescription topic) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", topic.name());
        json.put("id", topic.id().toString());
        json.put("partitionCount", topic.partitions().size());
        json.put("replicationFactor", topic.replicationFactor());
        json.put("configs", topic.configs());
        json.put(
                "partitions",
                topic.partitions().stream().map(TopicsCommand::json).toList());
        return json;
    }

    private static Map<String, Object> json(PartitionDescription partition) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("partition", partition.partition());
        json.put("leader", partition.leader());
        json.put("leaderEpoch", partition.leaderEpoch());
        json.put("replicas", partition.replicas());
        json.put("isr", partition.isr());
        json.put("elr", partition.elr());
        return json;
    }

    private Map<Integer, List<Integer>> assignments() throws CommandFailure {
        Map<Integer, List<Integer>> assignments = new TreeMap<>();
        if (replicaAssignment == null) {
            return assignments;
        }
        try {
            for (String replicas : replicaAssignment.split(",", -1)) {
                List<Integer> ids = new ArrayList<>();
                for (String id : replicas.split(":", -1)) {
                    ids.add(Integer.parseInt(id.trim()));
                }
                assignments.put(assignments.size(), ids);
            }
        } catch (NumberFormatException e) {
            throw new CommandFailure("--replica-assignment " + replicaAssignment
                    + ": must be broker ids, for example 1:2:3,2:3:1 for two partitions");
        }
        return assignments;
    }

    private String topicName() throws CommandFailure {
        if (topic == null) {
            throw new CommandFailure("--topic is missing");
        }
        return topic;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
