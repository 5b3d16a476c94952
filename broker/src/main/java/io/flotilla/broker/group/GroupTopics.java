package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The topics of the cluster as groups see them, at one revision of the metadata. Immutable; one serves all partitions
 * of a coordinator.
 */
public final class GroupTopics {
    /** Before any metadata came. */
    public static final GroupTopics NONE = new GroupTopics(MetadataImage.EMPTY, 0);

    private final MetadataImage image;
    private final long changes;

    private GroupTopics(MetadataImage image, long changes) {
        this.image = image;
        this.changes = changes;
    }

    /** The topics of the next image; costs a look at every topic. */
    public GroupTopics next(MetadataImage next) {
        return new GroupTopics(next, sameTopics(image, next) ? changes : changes + 1);
    }

    /**
     * Whether no topic was created, deleted or extended between this and the other one of its successors or ancestors.
     */
    public boolean sameAs(GroupTopics other) {
        return changes == other.changes;
    }

    /** Whether a topic of this id exists. */
    boolean has(TopicId id) {
        return image.topics().byId().containsKey(id);
    }

    /** The topic's name; empty when there is none. */
    String nameOf(TopicId id) {
        return image.topics().withId(id).map(TopicImage::name).orElse("");
    }

    Optional<TopicImage> named(String name) {
        return image.topics().named(name);
    }

    Optional<TopicImage> withId(TopicId id) {
        return image.topics().withId(id);
    }

    /** All topics, in the order of their names. */
    Collection<TopicImage> all() {
        return image.topics().byName().values();
    }

    /** By partition: the racks of its replicas, as far as their brokers have one. */
    List<SortedSet<String>> racksOf(TopicImage topic) {
        List<SortedSet<String>> racks = new ArrayList<>(topic.partitions().size());
        for (PartitionState partition : topic.partitions()) {
            SortedSet<String> of = new TreeSet<>();
            for (Replica replica : partition.replicas()) {
                image.brokers()
                        .broker(replica.brokerId())
                        .flatMap(BrokerRegistration::rack)
                        .ifPresent(of::add);
            }
            racks.add(of);
        }
        return racks;
    }

    private static boolean sameTopics(MetadataImage before, MetadataImage after) {
        if (before.topics() == after.topics()) {
            return true;
        }
        if (before.topics().count() != after.topics().count()) {
            return false;
        }
        Iterator<TopicImage> old = before.topics().byName().values().iterator();
        for (TopicImage topic : after.topics().byName().values()) {
            TopicImage was = old.next();
            if (was != topic
                    && !(was.name().equals(topic.name())
                            && was.id().equals(topic.id())
                            && was.partitions().size() == topic.partitions().size())) {
                return false;
            }
        }
        return true;
    }
}
