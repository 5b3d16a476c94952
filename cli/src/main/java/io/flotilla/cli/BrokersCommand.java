package io.flotilla.cli;

import io.flotilla.client.Admin;
import io.flotilla.client.ClusterDescription.BrokerDescription;
import io.flotilla.client.ConfigChange;
import io.flotilla.client.ConfigResource;
import io.flotilla.client.OperationResult;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.image.BrokerConfigKey;
import java.io.PrintWriter;
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

/** Takes brokers out of placement, and empties them. */
@Command(
        name = "brokers",
        description = "Describe brokers, keep new replicas away from one, or take all replicas off it.",
        mixinStandardHelpOptions = true)
final class BrokersCommand implements Callable<Integer> {
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
        @Option(names = "--describe", description = "print brokers, their replicas and leaderships")
        private boolean describe;

        @Option(names = "--cordon", paramLabel = "ID", description = "the broker gets no new replicas")
        private @Nullable Integer cordon;

        @Option(names = "--uncordon", paramLabel = "ID", description = "the broker gets new replicas again")
        private @Nullable Integer uncordon;

        @Option(names = "--drain", paramLabel = "ID", description = "cordon the broker and move its replicas away")
        private @Nullable Integer drain;
    }

    @Option(
            names = "--throttle",
            paramLabel = "BYTES/S",
            description = "with --drain: what the new replicas of each broker may fetch together")
    private @Nullable Long throttle;

    @Override
    public Integer call() throws Exception {
        try (Admin admin = new Admin(cluster.config(Map.of()))) {
            if (action.cordon != null) {
                return cordon(admin, action.cordon, true);
            } else if (action.uncordon != null) {
                return cordon(admin, action.uncordon, false);
            } else if (action.drain != null) {
                return drain(admin, action.drain);
            }
            return describe(admin);
        }
    }

    private int cordon(Admin admin, int broker, boolean now) {
        String key = BrokerConfigKey.CORDONED_LOG_DIRS.key();
        ConfigChange change = now ? ConfigChange.set(key, BrokerConfigKey.ALL_DIRECTORIES) : ConfigChange.delete(key);
        admin.alterConfigs(Map.of(ConfigResource.broker(broker), List.of(change)))
                .forEach(OperationResult::orThrow);
        out().println("broker " + broker + (now ? " gets no new replicas" : " gets new replicas again"));
        out().flush();
        return 0;
    }

    private int drain(Admin admin, int broker) throws Exception {
        cordon(admin, broker, true);
        Map<Integer, String> racks = new TreeMap<>();
        for (BrokerDescription other : admin.describeCluster().brokers()) {
            if (other.id() != broker && !other.fenced() && !other.shuttingDown() && !other.cordoned()) {
                racks.put(other.id(), other.rack());
            }
        }
        Map<TopicPartition, List<Integer>> present = CurrentReplicas.of(admin.describeTopics());
        Map<TopicPartition, List<Integer>> wanted =
                CurrentReplicas.afterMoves(present, admin.listPartitionReassignments());
        Map<TopicPartition, List<Integer>> plan = new ReplicaPlan(racks).empty(broker, wanted);
        // What an earlier drain has begun is only waited for.
        wanted.keySet()
                .removeIf(partition ->
                        present.getOrDefault(partition, List.of()).stream().noneMatch(replica -> replica == broker));
        wanted.putAll(plan);
        if (wanted.isEmpty()) {
            out().println("broker " + broker + " has no replicas");
            out().flush();
            return 0;
        }
        int refused = plan.isEmpty() ? 0 : new ReassignmentRun(admin, plan, out()).execute(throttle);
        ReassignmentRun all = new ReassignmentRun(admin, wanted, out());
        return refused != 0 ? refused : Math.max(all.await(), throttle == null ? 0 : all.verify(false));
    }

    /** A broker, and what it has to do. */
    private record Load(BrokerDescription broker, int replicas, int leaderships, int preferred) {
        String state() {
            return broker.fenced()
                    ? "fenced"
                    : broker.shuttingDown() ? "stopping" : broker.cordoned() ? "cordoned" : "serving";
        }

        Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("broker", broker.id());
            json.put("endpoint", broker.endpoint());
            json.put("rack", broker.rack());
            json.put("state", state());
            json.put("cordoned", broker.cordoned());
            json.put("replicas", replicas);
            json.put("leaderships", leaderships);
            json.put("preferred", preferred);
            return json;
        }
    }

    private int describe(Admin admin) throws Exception {
        var topics = admin.describeTopics().values();
        List<Load> loads = admin.describeCluster().brokers().stream()
                .map(broker -> {
                    int[] counts = new int[3];
                    topics.forEach(topic -> topic.partitions().forEach(partition -> {
                        counts[0] += partition.replicas().contains(broker.id()) ? 1 : 0;
                        counts[1] += partition.leader() == broker.id() ? 1 : 0;
                        counts[2] += partition.replicas().get(0) == broker.id() ? 1 : 0;
                    }));
                    return new Load(broker, counts[0], counts[1], counts[2]);
                })
                .toList();
        output.print(
                out(), () -> table(loads), () -> loads.stream().map(Load::json).toList());
        return 0;
    }

    private static Table table(List<Load> loads) {
        Table table = new Table("Broker", "Endpoint", "Rack", "State", "Replicas", "Leaderships", "PreferredLeader");
        loads.forEach(load -> table.row(
                load.broker().id(),
                load.broker().endpoint(),
                load.broker().rack().isEmpty() ? "-" : load.broker().rack(),
                load.state(),
                load.replicas(),
                load.leaderships(),
                load.preferred()));
        return table;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
