package io.flotilla.cli;

import io.flotilla.client.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where replicas should go, with as few moves as it takes. A replica stays where it may; one that must move goes to the
 * broker with the fewest replicas among the racks that its partition does not use yet. Made anew for each plan.
 */
final class ReplicaPlan {
    /** Racks by broker: those that replicas may go to. Without a rack, a broker is one of its own. */
    private final Map<Integer, String> racks;

    private final Map<Integer, Integer> replicas = new TreeMap<>();
    private final Map<Integer, Integer> leaders = new TreeMap<>();

    /** @param racks of the brokers that replicas may go to; empty text means no rack */
    ReplicaPlan(Map<Integer, String> racks) {
        this.racks = new TreeMap<>();
        racks.forEach((broker, rack) -> this.racks.put(broker, rack.isEmpty() ? "\0" + broker : rack));
        racks.keySet().forEach(broker -> {
            replicas.put(broker, 0);
            leaders.put(broker, 0);
        });
    }

    /**
     * Spreads partitions evenly over the brokers, replicas and preferred leaders alike, as far as racks allow: no move
     * makes a partition use fewer racks.
     *
     * @param present replicas by partition, the preferred leader first
     * @return the same for every partition, also for those that stay as they are
     */
    Map<TopicPartition, List<Integer>> spread(Map<TopicPartition, List<Integer>> present) throws CommandFailure {
        present.values().forEach(all -> all.forEach(this::count));
        Map<TopicPartition, List<Integer>> plan = new TreeMap<>();
        for (Map.Entry<TopicPartition, List<Integer>> partition : new TreeMap<>(present).entrySet()) {
            List<Integer> before = partition.getValue();
            List<Integer> staying = before.stream().filter(racks::containsKey).toList();
            plan.put(partition.getKey(), complete(partition.getKey(), before, staying));
        }
        evenReplicas(plan);
        evenLeaders(plan);
        return plan;
    }

    private void count(int broker) {
        replicas.computeIfPresent(broker, (id, count) -> count + 1);
    }

    /** Moves one replica at a time from a broker with more to one with fewer, until none has two more than another. */
    private void evenReplicas(Map<TopicPartition, List<Integer>> plan) {
        while (true) {
            Move best = null;
            for (int from : replicas.keySet()) {
                for (int to : replicas.keySet()) {
                    int gap = load(replicas, from) - load(replicas, to);
                    if (gap > 1 && (best == null || gap > best.gap())) {
                        best = move(plan, from, to, gap).orElse(best);
                    }
                }
            }
            if (best == null) {
                return;
            }
            List<Integer> brokers = new ArrayList<>(Objects.requireNonNull(plan.get(best.partition())));
            brokers.set(brokers.indexOf(best.from()), best.to());
            plan.put(best.partition(), brokers);
            replicas.merge(best.from(), -1, Integer::sum);
            replicas.merge(best.to(), 1, Integer::sum);
        }
    }

    private record Move(TopicPartition partition, int from, int to, int gap) {}

    /** A partition whose replica can go from one broker to the other; rather one that the broker is not to lead. */
    private Optional<Move> move(Map<TopicPartition, List<Integer>> plan, int from, int to, int gap) {
        return plan.entrySet().stream()
                .filter(partition -> partition.getValue().contains(from)
                        && !partition.getValue().contains(to)
                        && keepsRacks(partition.getValue(), from, to))
                .max(Comparator.comparingInt((Map.Entry<TopicPartition, List<Integer>> partition) ->
                                partition.getValue().indexOf(from))
                        .thenComparing(Map.Entry.<TopicPartition, List<Integer>>comparingByKey()
                                .reversed()))
                .map(partition -> new Move(partition.getKey(), from, to, gap));
    }

    private boolean keepsRacks(List<Integer> brokers, int from, int to) {
        Set<String> before = new TreeSet<>();
        Set<String> after = new TreeSet<>();
        for (int broker : brokers) {
            before.add(rack(broker));
            after.add(rack(broker == from ? to : broker));
        }
        return after.size() >= before.size();
    }

    /** Puts another replica first, one partition at a time, until no broker is to lead two more than it could spare. */
    private void evenLeaders(Map<TopicPartition, List<Integer>> plan) {
        plan.values().forEach(brokers -> leaders.computeIfPresent(brokers.get(0), (id, count) -> count + 1));
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Map.Entry<TopicPartition, List<Integer>> partition : plan.entrySet()) {
                List<Integer> brokers = partition.getValue();
                int first = brokers.get(0);
                int least = brokers.stream()
                        .min(Comparator.comparingInt((Integer broker) -> load(leaders, broker)))
                        .orElse(first);
                if (load(leaders, first) - load(leaders, least) > 1) {
                    List<Integer> ordered = new ArrayList<>(brokers);
                    ordered.remove(Integer.valueOf(least));
                    ordered.add(0, least);
                    partition.setValue(ordered);
                    leaders.merge(first, -1, Integer::sum);
                    leaders.merge(least, 1, Integer::sum);
                    moved = true;
                }
            }
        }
    }

    /**
     * Takes a broker's replicas away from it.
     *
     * @param present replicas of all partitions of the cluster; what is elsewhere counts and stays
     * @return only the partitions that change
     */
    Map<TopicPartition, List<Integer>> empty(int broker, Map<TopicPartition, List<Integer>> present)
            throws CommandFailure {
        present.values().forEach(all -> all.forEach(this::count));
        Map<TopicPartition, List<Integer>> plan = new TreeMap<>();
        for (Map.Entry<TopicPartition, List<Integer>> partition : new TreeMap<>(present).entrySet()) {
            List<Integer> before = partition.getValue();
            if (before.contains(broker)) {
                List<Integer> staying =
                        before.stream().filter(id -> id != broker).toList();
                plan.put(partition.getKey(), complete(partition.getKey(), before, staying));
            }
        }
        return plan;
    }

    /** Fills the places of those that go, so that who stays keeps its place. */
    private List<Integer> complete(TopicPartition partition, List<Integer> before, List<Integer> staying)
            throws CommandFailure {
        Set<Integer> taken = new TreeSet<>(staying);
        Set<String> used = new TreeSet<>();
        staying.forEach(broker -> used.add(rack(broker)));
        List<Integer> complete = new ArrayList<>();
        for (int broker : before) {
            if (staying.contains(broker)) {
                complete.add(broker);
                continue;
            }
            int next = racks.keySet().stream()
                    .filter(candidate -> !taken.contains(candidate))
                    .min(Comparator.<Integer, Boolean>comparing(candidate -> used.contains(rack(candidate)))
                            .thenComparing(candidate -> load(replicas, candidate))
                            .thenComparing(candidate -> candidate != broker))
                    .orElseThrow(() -> new CommandFailure("partition " + partition + " has " + before.size()
                            + " replicas, and only " + racks.size() + " brokers can take them: " + racks.keySet()
                            + "; name more brokers"));
            taken.add(next);
            used.add(rack(next));
            replicas.merge(next, 1, Integer::sum);
            complete.add(next);
        }
        return complete;
    }

    private String rack(int broker) {
        return racks.getOrDefault(broker, "\0" + broker);
    }

    private static int load(Map<Integer, Integer> counts, int broker) {
        return counts.getOrDefault(broker, 0);
    }
}
