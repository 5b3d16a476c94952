package io.flotilla.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.flotilla.client.Admin;
import io.flotilla.client.ConfigChange;
import io.flotilla.client.ConfigResource;
import io.flotilla.client.OperationResult;
import io.flotilla.client.PartitionReassignment;
import io.flotilla.client.TopicDescription;
import io.flotilla.client.TopicPartition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.image.BrokerConfigKey;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Carries out one plan of where partitions go: begins it, says how far it is, cancels it. */
final class ReassignmentRun {
    private static final String RATE = BrokerConfigKey.FOLLOWER_REPLICATION_THROTTLED_RATE.key();
    /** Keeps a request far below the controller's limit of one command, 1 MiB. */
    private static final int PARTITIONS_AT_ONCE_MAX = 1000;

    private final Admin admin;
    private final Map<TopicPartition, List<Integer>> targets;
    private final PrintWriter out;

    ReassignmentRun(Admin admin, Map<TopicPartition, List<Integer>> targets, PrintWriter out) {
        this.admin = admin;
        this.targets = new TreeMap<>(targets);
        this.out = out;
    }

    /** Begins all of it; exit code 1 when some partition was refused. */
    int execute(@Nullable Long throttle) throws JsonProcessingException {
        Map<TopicPartition, List<Integer>> present =
                CurrentReplicas.beforeMoves(CurrentReplicas.of(topics()), admin.listPartitionReassignments());
        present.keySet().retainAll(targets.keySet());
        out.println("Current partition replica assignment, to go back to");
        out.println(PartitionsFile.text(present));
        out.println();
        if (throttle != null) {
            Set<Integer> brokers = new TreeSet<>(); // wherever replicas may come
            targets.values().forEach(brokers::addAll);
            limit(brokers, ConfigChange.set(RATE, Long.toString(throttle)));
            out.println("new replicas fetch at most " + throttle + " bytes/s on each broker; --verify lifts that");
        }
        int refused = alter(targets);
        out.println("began to move " + (targets.size() - refused) + " of " + targets.size() + " partitions");
        out.flush();
        return refused == 0 ? 0 : 1;
    }

    /** Says how far it is, and lifts what is not needed any more; exit code 0 when every partition is there. */
    int verify(boolean preserveThrottles) {
        ReassignmentProgress now = progress();
        targets.keySet().forEach(partition -> out.println(partition + ": " + now.state(partition)));
        if (!preserveThrottles) {
            lift(now);
        }
        boolean all = now.done() == targets.size();
        out.println(
                all
                        ? "all " + targets.size() + " partitions are where they should be"
                        : (targets.size() - now.done()) + " of " + targets.size() + " partitions are not there yet");
        out.flush();
        return all ? 0 : 1;
    }

    /** Waits for the end, and says every other second how far it is; exit code 1 when somebody changed the moves. */
    int await() {
        ReassignmentProgress now = progress();
        while (now.moving() > 0) {
            out.println(now.done() + " of " + targets.size() + " partitions have moved");
            out.flush();
            try {
                TimeUnit.SECONDS.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 1;
            }
            now = progress();
        }
        List<TopicPartition> astray = now.astray();
        for (TopicPartition partition : astray) {
            out.println(partition + ": " + now.state(partition));
        }
        out.println(
                astray.isEmpty()
                        ? "all " + targets.size() + " partitions have moved"
                        : astray.size() + " of " + targets.size() + " partitions are not where they should be: their"
                                + " moves were cancelled or changed");
        out.flush();
        return astray.isEmpty() ? 0 : 1;
    }

    /** Exit code 0 when nothing of it is under way any more. */
    int cancel() {
        Map<TopicPartition, List<Integer>> moving = new TreeMap<>();
        for (PartitionReassignment move : admin.listPartitionReassignments()) {
            if (targets.containsKey(move.partition())) {
                moving.put(move.partition(), List.of());
            }
        }
        int refused = moving.isEmpty() ? 0 : alter(moving);
        ReassignmentProgress now = progress();
        lift(now);
        int left = now.underWay();
        out.println("cancelled " + (moving.size() - refused) + " moves: " + (moving.size() - left)
                + " partitions are back");
        if (left > 0) {
            out.println(left + " still have their new replicas, and wait until the old ones are in sync enough; cancel"
                    + " again to see, and to lift the throttle in the end");
        }
        out.flush();
        return left == 0 ? 0 : 1;
    }

    private int alter(Map<TopicPartition, List<Integer>> wanted) {
        int refused = 0;
        Map<TopicPartition, List<Integer>> batch = new TreeMap<>();
        for (Map.Entry<TopicPartition, List<Integer>> one : wanted.entrySet()) {
            batch.put(one.getKey(), one.getValue());
            if (batch.size() == PARTITIONS_AT_ONCE_MAX) {
                refused += send(batch);
                batch.clear();
            }
        }
        return batch.isEmpty() ? refused : refused + send(batch);
    }

    private int send(Map<TopicPartition, List<Integer>> batch) {
        int refused = 0;
        for (OperationResult<TopicPartition> result : admin.alterPartitionReassignments(batch)) {
            if (result.error().isPresent() && result.error().get().code() != ErrorCode.NO_REASSIGNMENT_IN_PROGRESS) {
                refused++;
                out.println(result.subject() + ": " + result.error().get().code() + ": "
                        + result.error().get().message());
            }
        }
        return refused;
    }

    /** Moves are asked first: one that has ended since is seen as done, and not as cancelled. */
    private ReassignmentProgress progress() {
        List<PartitionReassignment> moves = admin.listPartitionReassignments();
        return new ReassignmentProgress(targets, CurrentReplicas.of(topics()), moves);
    }

    /** The topics of the plan that are there. */
    private Map<String, TopicDescription> topics() {
        Set<String> names = new TreeSet<>();
        targets.keySet().forEach(partition -> names.add(partition.topic()));
        try {
            return admin.describeTopics(names);
        } catch (FlotillaException e) {
            if (e.error().code() != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
                throw e;
            }
            Map<String, TopicDescription> topics = new TreeMap<>(admin.describeTopics());
            topics.keySet().retainAll(names);
            return topics;
        }
    }

    /** What others move keeps its throttle. */
    private void lift(ReassignmentProgress now) {
        limit(now.settledBrokers(), ConfigChange.delete(RATE));
    }

    private void limit(Set<Integer> brokers, ConfigChange change) {
        Set<Integer> known = new TreeSet<>();
        admin.describeCluster().brokers().forEach(broker -> known.add(broker.id()));
        Map<ConfigResource, List<ConfigChange>> changes = new TreeMap<>();
        for (int broker : brokers) {
            if (known.contains(broker)) {
                changes.put(ConfigResource.broker(broker), List.of(change));
            }
        }
        if (!changes.isEmpty()) {
            admin.alterConfigs(changes).forEach(OperationResult::orThrow);
        }
    }
}
