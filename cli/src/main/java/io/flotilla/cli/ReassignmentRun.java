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
            limit(ConfigChange.set(RATE, Long.toString(throttle)));
            out.println("new replicas fetch at most " + throttle + " bytes/s on each broker; --verify lifts that");
        }
        int refused = alter(targets);
        out.println("began to move " + (targets.size() - refused) + " of " + targets.size() + " partitions");
        out.flush();
        return refused == 0 ? 0 : 1;
    }

    /** Exit code 0 when every partition is where it should be. */
    int verify(boolean preserveThrottles) {
        int left = unfinished(true);
        if (left == 0 && !preserveThrottles) {
            limit(ConfigChange.delete(RATE));
        }
        out.println(
                left == 0
                        ? "all " + targets.size() + " partitions are where they should be"
                        : left + " of " + targets.size() + " partitions are not there yet");
        out.flush();
        return left == 0 ? 0 : 1;
    }

    /** Waits for the end, and says every other second how far it is; exit code 1 when somebody changed the moves. */
    int await() {
        long moving = moving();
        while (moving > 0) {
            out.println((targets.size() - moving) + " of " + targets.size() + " partitions have moved");
            out.flush();
            try {
                TimeUnit.SECONDS.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 1;
            }
            moving = moving();
        }
        int elsewhere = unfinished(false);
        out.println(
                elsewhere == 0
                        ? "all " + targets.size() + " partitions have moved"
                        : elsewhere + " of " + targets.size() + " partitions are not where they should be: their moves"
                                + " were cancelled or changed");
        out.flush();
        return elsewhere == 0 ? 0 : 1;
    }

    private long moving() {
        return admin.listPartitionReassignments().stream()
                .filter(move -> move.target().equals(targets.get(move.partition())))
                .count();
    }

    int cancel() {
        Map<TopicPartition, List<Integer>> moving = new TreeMap<>();
        for (PartitionReassignment move : admin.listPartitionReassignments()) {
            if (targets.containsKey(move.partition())) {
                moving.put(move.partition(), List.of());
            }
        }
        int refused = moving.isEmpty() ? 0 : alter(moving);
        limit(ConfigChange.delete(RATE));
        out.println("cancelled the moves of " + (moving.size() - refused) + " partitions");
        out.flush();
        return refused == 0 ? 0 : 1;
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

    private int unfinished(boolean named) {
        Map<TopicPartition, PartitionReassignment> moving = new TreeMap<>();
        admin.listPartitionReassignments().forEach(move -> moving.put(move.partition(), move));
        Map<TopicPartition, List<Integer>> present = CurrentReplicas.of(topics());
        int left = 0;
        for (Map.Entry<TopicPartition, List<Integer>> target : targets.entrySet()) {
            TopicPartition partition = target.getKey();
            PartitionReassignment move = moving.get(partition);
            boolean there = move == null && target.getValue().equals(present.get(partition));
            left += there ? 0 : 1;
            if (named) {
                out.println(partition + ": " + state(there, move, present.get(partition)));
            }
        }
        return left;
    }

    private static String state(boolean there, @Nullable PartitionReassignment move, @Nullable List<Integer> present) {
        if (there) {
            return "done";
        }
        if (move == null) {
            return present == null ? "there is no such partition" : "not being moved; its replicas are " + present;
        }
        long came = move.adding().stream()
                .filter(move.target()::contains)
                .filter(move.isr()::contains)
                .count();
        long wanted = move.adding().stream().filter(move.target()::contains).count();
        return "moving to " + move.target() + "; " + came + " of " + wanted + " new replicas are in sync";
    }

    private Map<String, TopicDescription> topics() {
        Set<String> names = new TreeSet<>();
        targets.keySet().forEach(partition -> names.add(partition.topic()));
        return admin.describeTopics(names);
    }

    /** The limit holds where replicas may come: on every broker that the plan names. */
    private void limit(ConfigChange change) {
        Set<Integer> brokers = new TreeSet<>();
        targets.values().forEach(brokers::addAll);
        Set<Integer> known = new TreeSet<>();
        admin.describeCluster().brokers().forEach(broker -> known.add(broker.id()));
        brokers.retainAll(known);
        Map<ConfigResource, List<ConfigChange>> changes = new TreeMap<>();
        brokers.forEach(broker -> changes.put(ConfigResource.broker(broker), List.of(change)));
        if (!changes.isEmpty()) {
            admin.alterConfigs(changes).forEach(OperationResult::orThrow);
        }
    }
}
