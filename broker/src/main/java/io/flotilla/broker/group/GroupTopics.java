package io.flotilla.broker.group;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
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
import org.jspecify.annotations.Nullable;

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

    Optional<TopicImage> named(String name) {
        return image.topics().named(name);
    }

    Optional<TopicImage> withId(TopicId id) {
        return image.topics().withId(id);
    }

    /** The topic that a caller means, or null where there is none such. */
    @Nullable
    TopicImage find(NamedTopic wanted) {
        Optional<TopicImage> found = wanted.id().isPresent()
                ? image.topics().withId(wanted.id().get())
                : image.topics().named(wanted.name());
        return found.filter(topic -> wanted.name().isEmpty() || topic.name().equals(wanted.name()))
                .orElse(null);
    }

    /** What to say where {@link #find} finds nothing. */
    static FlotillaError missing(NamedTopic wanted) {
        return wanted.id().isPresent()
                ? FlotillaError.notApplied(
                        ErrorCode.UNKNOWN_TOPIC_ID,
                        "topic " + wanted + " has no id " + wanted.id().get()
                                + "; it may have been deleted or made anew")
                : FlotillaError.notApplied(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "there is no topic " + wanted + "; create it first");
    }

    /** The partitions that a caller names, as far as they exist. */
    PartitionSet existing(List<NamedPartitions> named) {
        List<PartitionId> partitions = new ArrayList<>();
        for (NamedPartitions some : named) {
            TopicImage topic = find(some.topic());
            for (int partition : some.partitions()) {
                if (topic != null && topic.partition(partition).isPresent()) {
                    partitions.add(new PartitionId(topic.id(), partition));
                }
            }
        }
        return PartitionSet.of(partitions);
    }

    /** Partitions by the names of their topics, as far as these exist. */
    List<TopicPartitions> names(PartitionSet partitions) {
        List<TopicPartitions> named = new ArrayList<>();
        partitions
                .byTopic()
                .forEach((id, numbers) -> image.topics()
                        .withId(id)
                        .ifPresent(topic -> named.add(new TopicPartitions(topic.name(), id, List.copyOf(numbers)))));
        return named;
    }

    /** The topics that are no more in a later view. */
    List<TopicId> deletedIn(GroupTopics later) {
        return image.topics().byId().keySet().stream()
                .filter(id -> !later.has(id))
                .toList();
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
