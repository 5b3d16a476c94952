package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The topics of a cluster that a test changes; every topic gets an id that no other had. */
final class ClusterTopics {
    private MetadataImage image = MetadataImage.EMPTY;
    private GroupTopics view = GroupTopics.NONE;
    private int idsGiven;

    GroupTopics view() {
        return view;
    }

    ClusterTopics create(String name, int partitions) {
        idsGiven++;
        return put(TopicImage.empty(name, new TopicId(new UUID(7, idsGiven))), partitions);
    }

    ClusterTopics extend(String name, int partitions) {
        return put(image.topics().named(name).orElseThrow(), partitions);
    }

    ClusterTopics delete(String name) {
        return become(image.withTopics(image.topics().without(id(name))));
    }

    TopicId id(String name) {
        return image.topics().named(name).orElseThrow().id();
    }

    Optional<TopicImage> named(String name) {
        return image.topics().named(name);
    }

    List<String> names() {
        return new ArrayList<>(image.topics().byName().keySet());
    }

    private ClusterTopics put(TopicImage topic, int partitions) {
        TopicImage grown = topic;
        while (grown.partitions().size() < partitions) {
            grown = grown.withPartition(
                    grown.partitions().size(),
                    new PartitionState(
                            List.of(new Replica(1, 1)), List.of(1), List.of(), 1, 1, 1, 1, PartitionPlan.NONE));
        }
        return become(image.withTopics(image.topics().with(grown)));
    }

    private ClusterTopics become(MetadataImage next) {
        image = next.withRevision(image.revision() + 1);
        view = view.next(image);
        return this;
    }
}
