package io.flotilla.model.image;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** All topics, by name and by id. */
public record TopicsImage(PMap<String, TopicImage> byName, PMap<TopicId, TopicImage> byId) {
    public static final TopicsImage EMPTY = new TopicsImage(TreePMap.empty(), TreePMap.empty());

    public Optional<TopicImage> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Optional<TopicImage> withId(TopicId id) {
        return Optional.ofNullable(byId.get(id));
    }

    public Optional<PartitionState> partition(PartitionId id) {
        return withId(id.topic()).flatMap(topic -> topic.partition(id.partition()));
    }

    public int count() {
        return byName.size();
    }

    /** Adds a topic, or replaces the one with its id. */
    public TopicsImage with(TopicImage topic) {
        return new TopicsImage(byName.plus(topic.name(), topic), byId.plus(topic.id(), topic));
    }

    public TopicsImage without(TopicId id) {
        TopicImage topic = byId.get(id);
        return topic == null ? this : new TopicsImage(byName.minus(topic.name()), byId.minus(id));
    }
}
