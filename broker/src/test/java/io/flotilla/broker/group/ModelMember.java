package io.flotilla.broker.group;

import io.flotilla.model.id.PartitionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A member of the model: a client with a stream that takes time in both directions, and what it really holds. */
final class ModelMember {
    final String group;
    final Optional<String> instance;
    String id;
    Subscription subscription;
    /** -1 while it has no stream. */
    long connection = -1;
    /** 0 while it is no member. */
    int epoch;

    boolean frozen;
    /** Left for good, or its process is dead. */
    boolean over;
    /** What it holds, whatever anybody believes. */
    final SortedSet<PartitionId> owned = new TreeSet<>();
    /** On their way to it. */
    final Deque<Assignment> inbox = new ArrayDeque<>();
    /** On their way from it. */
    final Deque<Heartbeat> outbox = new ArrayDeque<>();
    /** What it still has to give up before it takes what is new; null when it is done. */
    Assignment underWay;

    ModelMember(String group, String id, Optional<String> instance, Subscription subscription) {
        this.group = group;
        this.id = id;
        this.instance = instance;
        this.subscription = subscription;
    }

    boolean isConnected() {
        return connection >= 0;
    }

    void loseStream() {
        connection = -1;
        inbox.clear();
        outbox.clear();
        underWay = null;
    }

    void loseEverything() {
        loseStream();
        epoch = 0;
        owned.clear();
    }

    /** One step of its own: hears an assignment, gives up, or takes; and says so. Returns whether there was any. */
    boolean step(ClusterTopics topics) {
        if (underWay != null) {
            SortedSet<PartitionId> assigned = partitions(underWay);
            if (owned.retainAll(assigned)) {
                report(topics);
                return true;
            }
            boolean more = owned.addAll(assigned);
            underWay = null;
            if (more) {
                report(topics);
            }
            return true;
        }
        if (inbox.isEmpty()) {
            return false;
        }
        underWay = inbox.remove();
        epoch = underWay.memberEpoch();
        return true;
    }

    void report(ClusterTopics topics) {
        outbox.add(new Heartbeat(stream(), Optional.of(named()), Optional.empty()));
    }

    List<NamedPartitions> named() {
        List<NamedPartitions> named = new ArrayList<>();
        for (PartitionId partition : owned) {
            named.add(new NamedPartitions(
                    new NamedTopic("", Optional.of(partition.topic())), List.of(partition.partition())));
        }
        return named;
    }

    StreamOfMember stream() {
        return new StreamOfMember(group, id, connection);
    }

    static SortedSet<PartitionId> partitions(Assignment assignment) {
        SortedSet<PartitionId> partitions = new TreeSet<>();
        for (TopicPartitions topic : assignment.topics()) {
            topic.partitions().forEach(number -> partitions.add(new PartitionId(topic.id(), number)));
        }
        return partitions;
    }
}
