package io.flotilla.quorum.placement;

import io.flotilla.model.image.BrokerRegistration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Places the replicas of a new topic. Leaders go around the brokers, rack after rack; each follower goes to the broker
 * with the fewest replicas among the racks that the partition does not use yet. So leaders differ by at most one
 * between brokers, no rack holds two replicas of a partition while another holds none, and replicas are even within
 * that bound.
 */
public final class ReplicaPlacement {
    private ReplicaPlacement() {}

    /**
     * Replicas by partition, the preferred leader first.
     *
     * @param brokers the candidates, at least {@code replicationFactor}
     * @param seed decides the order of brokers; java.util.Random's algorithm is part of its contract, so that every
     *     node places alike
     */
    public static List<List<Integer>> place(
            List<BrokerRegistration> brokers, int partitions, int replicationFactor, long seed) {
        if (replicationFactor < 1 || replicationFactor > brokers.size()) {
            throw new IllegalArgumentException(
                    replicationFactor + " replicas cannot be placed on " + brokers.size() + " brokers");
        }
        List<Candidate> ring = rackAfterRack(brokers, new Random(seed));
        List<List<Integer>> placed = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            placed.add(placeOne(ring, partition, replicationFactor));
        }
        return placed;
    }

    /** A broker, its place in the ring, and how many replicas it got so far. */
    private static final class Candidate {
        private final int brokerId;
        private final String rack;
        private int replicas;

        Candidate(BrokerRegistration broker) {
            this.brokerId = broker.brokerId();
            this.rack = rackOf(broker);
        }
    }

    private static List<Integer> placeOne(List<Candidate> ring, int partition, int replicationFactor) {
        int first = partition % ring.size();
        // Turns with each round, so that a leader's followers are not always the same neighbours.
        int turn = partition / ring.size();
        List<Candidate> chosen = new ArrayList<>(replicationFactor);
        Set<String> racks = new TreeSet<>();
        take(ring.get(first), chosen, racks);
        List<Candidate> others = new ArrayList<>(ring.size() - 1);
        for (int step = 0; step < ring.size() - 1; step++) {
            others.add(ring.get((first + 1 + (step + turn) % (ring.size() - 1)) % ring.size()));
        }
        while (chosen.size() < replicationFactor) {
            Candidate next = others.stream()
                    .filter(candidate -> !chosen.contains(candidate))
                    .min(Comparator.<Candidate, Boolean>comparing(candidate -> racks.contains(candidate.rack))
                            .thenComparingInt(candidate -> candidate.replicas))
                    .orElseThrow();
            take(next, chosen, racks);
        }
        return chosen.stream().map(candidate -> candidate.brokerId).toList();
    }

    private static void take(Candidate candidate, List<Candidate> chosen, Set<String> racks) {
        candidate.replicas++;
        chosen.add(candidate);
        racks.add(candidate.rack);
    }

    /** All brokers, with neighbours in different racks for as long as there are any, from a random start. */
    private static List<Candidate> rackAfterRack(List<BrokerRegistration> brokers, Random random) {
        Map<String, List<Candidate>> byRack = new TreeMap<>();
        brokers.stream()
                .sorted(Comparator.comparingInt(BrokerRegistration::brokerId))
                .forEach(broker -> byRack.computeIfAbsent(rackOf(broker), rack -> new ArrayList<>())
                        .add(new Candidate(broker)));
        List<Deque<Candidate>> racks = new ArrayList<>();
        byRack.values().forEach(members -> {
            Collections.shuffle(members, random);
            racks.add(new ArrayDeque<>(members));
        });
        Collections.shuffle(racks, random);
        List<Candidate> ring = new ArrayList<>(brokers.size());
        while (ring.size() < brokers.size()) {
            for (Deque<Candidate> rack : racks) {
                if (!rack.isEmpty()) {
                    ring.add(rack.removeFirst());
                }
            }
        }
        return ring;
    }

    private static String rackOf(BrokerRegistration broker) {
        // Without a rack every broker is a failure domain of its own; '\0' keeps it apart from any configured name.
        return broker.rack().orElseGet(() -> "\0" + broker.brokerId());
    }
}
