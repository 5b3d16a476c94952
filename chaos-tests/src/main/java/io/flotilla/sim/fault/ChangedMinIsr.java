package io.flotilla.sim.fault;

import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.image.TopicImage;
import java.util.List;

/** An operator changes min.insync.replicas of a topic. */
final class ChangedMinIsr implements Fault {
    @Override
    public String kind() {
        return "min-isr-changed";
    }

    @Override
    public boolean strike(Site site) {
        List<TopicImage> topics = site.image().topics().byName().values().stream()
                .filter(topic -> !InternalTopics.contains(topic.name()))
                .toList();
        if (topics.isEmpty()) {
            return false;
        }
        TopicImage topic = topics.get(site.random().nextInt(topics.size()));
        int replicas = topic.partitions().get(0).replicas().size();
        int minIsr = 1 + site.random().nextInt(replicas);
        site.operator().setMinIsr(topic.name(), minIsr);
        return minIsr != topic.settings().minInsyncReplicas(replicas);
    }
}
