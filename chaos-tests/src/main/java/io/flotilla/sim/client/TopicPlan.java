package io.flotilla.sim.client;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.image.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A topic that a run wants to have. */
public record TopicPlan(String name, int partitions, int replicas, int minIsr, Durability durability) {
    /** One or two topics of few partitions; mostly three replicas of which two must be in sync. */
    public static List<TopicPlan> drawn(Random random, int nodes) {
        List<TopicPlan> plans = new ArrayList<>();
        int topics = 1 + random.nextInt(2);
        for (int number = 0; number < topics; number++) {
            int replicas = random.nextInt(8) == 0 ? 2 : Math.min(nodes, random.nextInt(5) == 0 ? 4 : 3);
            int minIsr = random.nextInt(6) == 0 ? 1 + random.nextInt(replicas) : Math.min(2, replicas);
            boolean replicated = random.nextInt(4) == 0;
            plans.add(new TopicPlan(
                    "topic" + number,
                    1 + random.nextInt(2),
                    replicas,
                    minIsr,
                    replicated ? Durability.REPLICATED : Durability.SYNCED));
        }
        return plans;
    }

    /** Its partitions as clients name them. */
    public List<PartitionName> names() {
        List<PartitionName> names = new ArrayList<>();
        for (int number = 0; number < partitions; number++) {
            names.add(new PartitionName(name, number));
        }
        return names;
    }
}
