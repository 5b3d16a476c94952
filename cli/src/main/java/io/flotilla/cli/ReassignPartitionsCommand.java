package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.ClusterDescription.BrokerDescription;
import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicPartition;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Plans, begins, watches and cancels moves of partitions to other brokers. */
@Command(
        name = "reassign-partitions",
        description = "Move partitions to other brokers, or change how many replicas they have.",
        mixinStandardHelpOptions = true)
final class ReassignPartitionsCommand implements Callable<Integer> {
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
        @Option(names = "--generate", description = "print a plan; changes nothing")
        private boolean generate;

        @Option(names = "--execute", description = "begin what the file says")
        private boolean execute;

        @Option(names = "--verify", description = "say how far it is, and take the throttle away when all is done")
        private boolean verify;

        @Option(names = "--cancel", description = "go back to the replicas from before, where a move is under way")
        private boolean cancel;

        @Option(names = "--list", description = "print the moves under way")
        private boolean list;
    }

    @Option(
            names = "--topics-to-move-json-file",
            paramLabel = "FILE",
            description = "with --generate: {\"topics\": [{\"topic\": \"orders\"}]}; by default all topics")
    private @Nullable Path topicsFile;

    @Option(
            names = "--broker-list",
            split = ",",
            paramLabel = "ID",
            description = "with --generate: brokers to spread over; by default all that serve and are not cordoned")
    private List<Integer> brokerList = new ArrayList<>();

    @Option(names = "--disable-rack-aware", description = "with --generate: do not mind racks")
    private boolean disableRackAware;

    @Option(
            names = "--reassignment-json-file",
            paramLabel = "FILE",
            description = "{\"partitions\": [{\"topic\": \"orders\", \"partition\": 0, \"replicas\": [1, 2, 3]}]}")
    private @Nullable Path planFile;

    @Option(
            names = "--throttle",
            paramLabel = "BYTES/S",
            description = "with --execute: what the new replicas of each broker may fetch together")
    private @Nullable Long throttle;

    @Option(names = "--preserve-throttles", description = "with --verify: leave the throttle as it is")
    private boolean preserveThrottles;

    @Override
    public Integer call() throws Exception {
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            if (action.generate) {
                return generate(admin);
            } else if (action.list) {
                return list(admin);
            }
            if (planFile == null) {
                throw new CommandFailure("--reassignment-json-file is missing");
            }
            ReassignmentRun run = new ReassignmentRun(admin, PartitionsFile.targets(planFile), out());
            if (action.execute) {
                return run.execute(throttle);
            }
            return action.verify ? run.verify(preserveThrottles) : run.cancel();
        }
    }

    private int generate(Admin admin) throws Exception {
        Map<Integer, String> racks = new TreeMap<>();
        for (BrokerDescription broker : admin.describeCluster().brokers()) {
            boolean wanted = brokerList.isEmpty()
                    ? !broker.fenced() && !broker.shuttingDown() && !broker.cordoned()
                    : brokerList.contains(broker.id());
            if (wanted) {
                racks.put(broker.id(), disableRackAware ? "" : broker.rack());
            }
        }
        for (int id : brokerList) {
            if (!racks.containsKey(id)) {
                throw new CommandFailure("--broker-list names broker " + id + ", which is not registered");
            }
        }
        Map<TopicPartition, List<Integer>> present = CurrentReplicas.afterMoves(
                CurrentReplicas.of(
                        topicsFile == null
                                ? admin.describeTopics()
                                : admin.describeTopics(PartitionsFile.topics(topicsFile))),
                admin.listPartitionReassignments());
        Map<TopicPartition, List<Integer>> plan = new ReplicaPlan(racks).spread(present);
        plan.entrySet().removeIf(move -> move.getValue().equals(present.get(move.getKey())));
        present.keySet().retainAll(plan.keySet());
        out().println("Current partition replica assignment");
        out().println(PartitionsFile.text(present));
        out().println();
        out().println("Proposed partition reassignment configuration");
        out().println(PartitionsFile.text(plan));
        out().flush();
        return 0;
    }

    private int list(Admin admin) throws Exception {
        List<PartitionReassignment> moves = admin.listPartitionReassignments();
        output.print(
                out(),
                () -> table(moves),
                () -> moves.stream().map(ReassignPartitionsCommand::json).toList());
        return 0;
    }

    private static Table table(List<PartitionReassignment> moves) {
        Table table = new Table("Topic", "Partition", "Replicas", "Target", "Adding", "Removing", "Isr", "Leader");
        moves.forEach(move -> table.row(
                move.partition().topic(),
                move.partition().partition(),
                move.replicas(),
                move.target(),
                move.adding(),
                move.removing(),
                move.isr(),
                move.leader() < 0 ? "none" : move.leader()));
        return table;
    }

    private static Map<String, Object> json(PartitionReassignment move) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", move.partition().topic());
        json.put("partition", move.partition().partition());
        json.put("replicas", move.replicas());
        json.put("target", move.target());
        json.put("adding", move.adding());
        json.put("removing", move.removing());
        json.put("isr", move.isr());
        json.put("leader", move.leader());
        return json;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
