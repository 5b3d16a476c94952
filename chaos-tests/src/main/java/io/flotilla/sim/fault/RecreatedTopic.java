package io.flotilla.sim.fault;

import java.util.List;

/** An operator deletes a topic and makes one of the same name. */
final class RecreatedTopic implements Fault {
    @Override
    public String kind() {
        return "topic-recreated";
    }

    @Override
    public boolean strike(Site site) {
        List<String> names = List.copyOf(site.image().topics().byName().keySet());
        if (names.isEmpty()) {
            return false;
        }
        site.operator().recreate(names.get(site.random().nextInt(names.size())), site.between(0, 3_000));
        return true;
    }
}
