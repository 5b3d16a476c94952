package io.flotilla.sim.fault;

import io.flotilla.model.id.InternalTopics;
import java.util.List;

/**
 * An operator deletes a topic and makes one of the same name: seldom, for what it held is nothing to judge any more.
 */
final class RecreatedTopic implements Fault {
    private static final int TIMES_MAX = 2;

    @Override
    public String kind() {
        return "topic-recreated";
    }

    /** Never the first topic: one lives as long as the run. */
    @Override
    public boolean strike(Site site) {
        List<String> names = site.image().topics().byName().keySet().stream()
                .filter(topic -> !InternalTopics.contains(topic))
                .skip(1)
                .toList();
        if (names.isEmpty()) {
            return false;
        }
        String name = names.get(site.random().nextInt(names.size()));
        return site.operator().recreated(name) < TIMES_MAX && site.operator().recreate(name, site.between(0, 3_000));
    }
}
