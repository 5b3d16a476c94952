package io.flotilla.client.internal.routing;

import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** An immutable picture of the cluster; every change makes a new one. Any thread may read it. */
public final class ClusterView {
    /** Before anything is known. */
    public static final ClusterView EMPTY = new ClusterView(TreePMap.empty(), TreePMap.empty(), TreePMap.empty());

    private final PSortedMap<Integer, BrokerNode> brokers;
    private final PSortedMap<String, TopicView> topics;
    private final PSortedMap<TopicId, String> names;

    private ClusterView(
            PSortedMap<Integer, BrokerNode> brokers,
            PSortedMap<String, TopicView> topics,
            PSortedMap<TopicId, String> names) {
        this.brokers = brokers;
        this.topics = topics;
        this.names = names;
    }

    public Collection<BrokerNode> brokers() {
        return brokers.values();
    }

    public @Nullable BrokerNode broker(int id) {
        return brokers.get(id);
    }

    public @Nullable TopicView topic(String name) {
        return topics.get(name);
    }

    public Collection<TopicView> topics() {
        return topics.values();
    }

    /** The topic's current state when it still is this life of it, else null. */
    public @Nullable TopicView topic(TopicId id) {
        String name = names.get(id);
        return name == null ? null : topics.get(name);
    }

    /** The partition's state, or null when this life of the topic or the partition is not known. */
    public @Nullable PartitionView partition(TopicId id, int partition) {
        TopicView topic = topic(id);
        return topic == null || partition < 0 || partition >= topic.partitions().size()
                ? null
                : topic.partitions().get(partition);
    }

    /** Where a partition is served, or null while it is not known or has no leader. */
    public @Nullable Location locate(PartitionName name) {
        TopicView topic = topics.get(name.topic());
        if (topic == null) {
            return null;
        }
        PartitionView partition = partition(topic.id(), name.partition());
        BrokerNode leader = leader(topic.id(), name.partition());
        return partition == null || leader == null
                ? null
                : new Location(topic.id(), name.partition(), leader, partition.leaderEpoch());
    }

    /** Whether the topic exists and has this partition. */
    public boolean has(PartitionName name) {
        TopicView topic = topics.get(name.topic());
        return topic != null && name.partition() < topic.partitions().size();
    }

    /** The broker to talk to about a partition, or null while there is none. */
    public @Nullable BrokerNode leader(TopicId id, int partition) {
        PartitionView view = partition(id, partition);
        return view == null || !view.hasLeader() ? null : brokers.get(view.leader());
    }

    /**
     * The view after a complete run of messages.
     *
     * @param run in order; the first is a snapshot or none is
     */
    public ClusterView after(List<MetadataUpdate> run) {
        boolean fresh = !run.isEmpty() && run.get(0).snapshot();
        ClusterView view = fresh ? EMPTY : this;
        for (MetadataUpdate update : run) {
            view = view.with(update, this);
        }
        return view;
    }

    private ClusterView with(MetadataUpdate update, ClusterView known) {
        ClusterView view = this;
        for (TopicId removed : update.topics().removed()) {
            view = view.without(removed);
        }
        for (TopicView topic : update.topics().changed()) {
            TopicView before = known.topic(topic.id());
            view = view.with(before == null ? topic : topic.notOlderThan(before));
        }
        PSortedMap<Integer, BrokerNode> nodes = view.brokers;
        for (Integer removed : update.brokers().removed()) {
            nodes = nodes.minus(removed);
        }
        for (BrokerNode node : update.brokers().changed()) {
            nodes = nodes.plus(node.id(), node);
        }
        return new ClusterView(nodes, view.topics, view.names);
    }

    private ClusterView with(TopicView topic) {
        TopicView before = topics.get(topic.name());
        ClusterView view = before == null || before.id().equals(topic.id()) ? this : without(before.id());
        return new ClusterView(
                view.brokers, view.topics.plus(topic.name(), topic), view.names.plus(topic.id(), topic.name()));
    }

    private ClusterView without(TopicId id) {
        String name = names.get(id);
        return name == null ? this : new ClusterView(brokers, topics.minus(name), names.minus(id));
    }

    /** The view with a leader that a refusal named, when its epoch is newer than the known one; else this view. */
    public ClusterView withHint(TopicId id, int partition, LeaderHint hint) {
        TopicView topic = topic(id);
        PartitionView known = partition(id, partition);
        if (topic == null || known == null || hint.brokerId() < 0 || hint.leaderEpoch() <= known.leaderEpoch()) {
            return this;
        }
        Optional<BrokerNode> node = hinted(hint);
        if (node.isEmpty()) {
            return this;
        }
        TopicView changed = topic.withPartition(partition, known.ledBy(hint.brokerId(), hint.leaderEpoch()));
        return new ClusterView(brokers.plus(hint.brokerId(), node.get()), topics.plus(topic.name(), changed), names);
    }

    private Optional<BrokerNode> hinted(LeaderHint hint) {
        BrokerNode known = brokers.get(hint.brokerId());
        if (known != null) {
            return Optional.of(known);
        }
        try {
            return Optional.of(new BrokerNode(hint.brokerId(), Endpoint.parse(hint.endpoint()), "", false));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Where to look for metadata: brokers that are not fenced, then the fenced ones, each once. */
    public List<Endpoint> endpoints() {
        List<Endpoint> live = new ArrayList<>();
        List<Endpoint> fenced = new ArrayList<>();
        for (BrokerNode node : brokers.values()) {
            (node.fenced() ? fenced : live).add(node.endpoint());
        }
        live.addAll(fenced);
        return live;
    }
}
