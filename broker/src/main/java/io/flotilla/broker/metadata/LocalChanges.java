package io.flotilla.broker.metadata;

import io.flotilla.broker.metadata.LocalChange.Abandon;
import io.flotilla.broker.metadata.LocalChange.Follow;
import io.flotilla.broker.metadata.LocalChange.Lead;
import io.flotilla.broker.metadata.LocalChange.Remove;
import io.flotilla.broker.metadata.LocalChange.Role;
import io.flotilla.broker.metadata.LocalChange.Update;
import io.flotilla.broker.metadata.LocalChange.Wait;
import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.BrokersImage;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Decides, on two images, what changes for the replicas of one run of a broker. A function without state.
 *
 * <p>A run that the image does not show as registered neither leads nor follows: what its predecessor led, it must not
 * (R6).
 */
public final class LocalChanges {
    private final int brokerId;
    private final IncarnationId incarnation;

    public LocalChanges(int brokerId, IncarnationId incarnation) {
        this.brokerId = brokerId;
        this.incarnation = incarnation;
    }

    /** The changes in the order of the partitions' ids; for one partition a removal comes before its new role. */
    public List<LocalChange> of(MetadataChange change) {
        List<LocalChange> changes = new ArrayList<>();
        boolean everyTopic =
                brokersMoved(change.before().brokers(), change.after().brokers());
        for (TopicId id : suspects(change, everyTopic)) {
            int count = Math.max(partitions(change.before(), id), partitions(change.after(), id));
            for (int number = 0; number < count; number++) {
                PartitionId partition = new PartitionId(id, number);
                partition(local(change.before(), partition), local(change.after(), partition), change, changes);
            }
        }
        return changes;
    }

    /** Whether this run is the one that the image shows as registered. */
    public boolean registered(MetadataImage image) {
        return image.brokers()
                .broker(brokerId)
                .filter(broker -> broker.incarnation().equals(incarnation))
                .isPresent();
    }

    /** Topics of which a partition may have changed. */
    private static NavigableSet<TopicId> suspects(MetadataChange change, boolean everyTopic) {
        NavigableSet<TopicId> ids = new TreeSet<>();
        if (everyTopic || change.delta().isEmpty()) {
            ids.addAll(change.before().topics().byId().keySet());
            ids.addAll(change.after().topics().byId().keySet());
        } else {
            change.delta().map(MetadataDelta::records).stream()
                    .flatMap(List::stream)
                    .flatMap(LocalChanges::topic)
                    .forEach(ids::add);
        }
        return ids;
    }

    private static Stream<TopicId> topic(MetadataRecord record) {
        if (record instanceof PartitionSet set) {
            return Stream.of(set.topic());
        } else if (record instanceof TopicCreated created) {
            return Stream.of(created.id());
        } else if (record instanceof TopicRemoved removed) {
            return Stream.of(removed.id());
        } else if (record instanceof TopicConfigSet set) {
            return Stream.of(set.topic());
        }
        return Stream.empty();
    }

    /** Whether a broker came, went, or runs anew: then any partition's leader may have another address. */
    private static boolean brokersMoved(BrokersImage before, BrokersImage after) {
        return before.byId().size() != after.byId().size()
                || after.all().stream()
                        .anyMatch(broker -> before.broker(broker.brokerId())
                                .filter(old -> old.epoch() == broker.epoch()
                                        && old.incarnation().equals(broker.incarnation())
                                        && old.listeners().equals(broker.listeners()))
                                .isEmpty());
    }

    private static int partitions(MetadataImage image, TopicId id) {
        return image.topics().withId(id).map(topic -> topic.partitions().size()).orElse(0);
    }

    /** The partition, if this broker has a replica of it. */
    private Optional<LocalPartition> local(MetadataImage image, PartitionId id) {
        return image.topics()
                .withId(id.topic())
                .flatMap(topic -> topic.partition(id.partition())
                        .filter(state -> state.replica(brokerId).isPresent())
                        .map(state -> LocalPartition.of(id, topic.name(), topic.settings(), state, image.brokers())));
    }

    private void partition(
            Optional<LocalPartition> before,
            Optional<LocalPartition> after,
            MetadataChange change,
            List<LocalChange> changes) {
        Optional<LocalPartition> kept = before;
        if (before.isPresent() && !assignment(before).equals(assignment(after))) {
            if (!change.beginsHistory()) {
                changes.add(new Remove(before.get().id()));
                kept = Optional.empty();
            } else if (after.isEmpty()) { // not known any more, which is not the same as deleted
                changes.add(new Abandon(before.get().id()));
            }
        }
        if (after.isEmpty()) {
            return;
        }
        Role role = role(after.get(), change.after());
        if (kept.isEmpty()) {
            changes.add(role);
            return;
        }
        if (!sameRole(role(kept.get(), change.before()), role)) {
            changes.add(role);
        } else if (!kept.get().equals(after.get())) {
            changes.add(new Update(after.get()));
        }
    }

    private Optional<Long> assignment(Optional<LocalPartition> partition) {
        return partition.flatMap(p -> p.state().replica(brokerId)).map(Replica::assignmentRevision);
    }

    private Role role(LocalPartition partition, MetadataImage image) {
        if (!registered(image) || !partition.state().hasLeader()) {
            return new Wait(partition);
        }
        int leader = partition.state().leader();
        if (leader == brokerId) {
            return new Lead(partition);
        }
        Optional<LeaderAddress> address = image.brokers()
                .broker(leader)
                .flatMap(broker -> broker.listener(BrokerRegistration.INTERNAL_LISTENER)
                        .map(endpoint -> new LeaderAddress(leader, broker.epoch(), endpoint)));
        return address.<Role>map(found -> new Follow(partition, found)).orElse(new Wait(partition));
    }

    /** Whether one role goes on in the other: the same part in the same leader epoch, with the same leader. */
    private static boolean sameRole(Role before, Role after) {
        if (before instanceof Lead old && after instanceof Lead now) {
            return sameEpoch(old.partition(), now.partition());
        } else if (before instanceof Follow old && after instanceof Follow now) {
            return sameEpoch(old.partition(), now.partition()) && old.leader().equals(now.leader());
        }
        return before instanceof Wait && after instanceof Wait;
    }

    private static boolean sameEpoch(LocalPartition before, LocalPartition after) {
        return before.state().leaderEpoch() == after.state().leaderEpoch();
    }
}
