package io.flotilla.client.fake;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.Broker;
import io.flotilla.proto.v1.ConfigResource;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.Durability;
import io.flotilla.proto.v1.Partition;
import io.flotilla.proto.v1.PartitionReassignment;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.Topic;
import io.flotilla.proto.v1.TopicRef;
import io.flotilla.proto.v1.WatchResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brokers on loopback ports over one state in memory. All access is under this object's lock. */
public final class FakeCluster implements AutoCloseable {
    private final Map<Integer, FakeBroker> brokers = new TreeMap<>();
    final Map<String, FakeTopic> topics = new TreeMap<>();
    private final List<Consumer<WatchResponse>> watchers = new ArrayList<>();
    private long revision = 1;
    private long nextProducerId = 1_000;
    private long topicSeed = 1;
    int initProducerCalls;
    int adminFailures;
    final Map<ByteString, CreateTopicsResponse> createdBefore = new HashMap<>();
    final Map<ConfigResource, Map<String, String>> configs = new HashMap<>();
    final List<PartitionReassignment> moves = new ArrayList<>();
    final Map<String, FakeGroup> groups = new TreeMap<>();
    int coordinator = 1;
    /** Commits are not answered. */
    boolean muteCommits;

    int mutedCommits;

    private final List<Predicate<Boolean>> parkedReads = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    /** A topic's life. */
    record FakeTopic(String name, TopicId id, List<FakePartition> partitions, Map<String, String> configs) {}

    public FakeCluster(int brokerCount) {
        for (int id = 1; id <= brokerCount; id++) {
            brokers.put(id, new FakeBroker(this, id));
        }
    }

    /** All brokers as bootstrap.servers has them. */
    public String bootstrap() {
        return brokers.values().stream().map(FakeBroker::endpoint).collect(Collectors.joining(","));
    }

    public String endpoint(int broker) {
        return broker(broker).endpoint();
    }

    private FakeBroker broker(int id) {
        FakeBroker broker = brokers.get(id);
        if (broker == null) {
            throw new IllegalArgumentException("no broker " + id);
        }
        return broker;
    }

    public FakeCluster topic(String name, int partitions) {
        return topic(name, partitions, Map.of());
    }

    public synchronized FakeCluster topic(String name, int partitions, Map<String, String> configs) {
        List<FakePartition> made = new ArrayList<>();
        for (int number = 0; number < partitions; number++) {
            made.add(new FakePartition(1 + number % brokers.size()));
        }
        topics.put(name, new FakeTopic(name, new TopicId(new UUID(7, topicSeed++)), made, configs));
        changed(name);
        return this;
    }

    synchronized void grow(String name, int partitions) {
        FakeTopic topic = topics.get(name);
        if (topic == null) {
            throw new IllegalArgumentException("no topic " + name);
        }
        while (topic.partitions().size() < partitions) {
            topic.partitions().add(new FakePartition(1));
        }
        changed(name);
    }

    public synchronized void deleteTopic(String name) {
        FakeTopic deleted = topics.remove(name);
        if (deleted == null) {
            throw new IllegalArgumentException("no topic " + name);
        }
        revision++;
        tell(WatchResponse.newBuilder().addRemovedTopics(Ids.bytes(deleted.id())));
    }

    /** Makes the next produce requests of a partition go wrong, one fault each. */
    public synchronized FakeCluster fault(String topic, int partition, Fault... faults) {
        partition(topic, partition).faults.addAll(List.of(faults));
        return this;
    }

    public synchronized int pendingFaults(String topic, int partition) {
        return partition(topic, partition).faults.size();
    }

    public synchronized int leader(String topic, int partition) {
        return partition(topic, partition).leader();
    }

    public synchronized int leaderEpoch(String topic, int partition) {
        return partition(topic, partition).leaderEpoch();
    }

    /** Elects another broker and tells the watchers; -1 leaves the partition without a leader. */
    public synchronized void moveLeader(String topic, int partition, int broker) {
        partition(topic, partition).moveTo(broker);
        changed(topic);
    }

    /** Elects another broker without telling anybody: clients learn it from a refusal. */
    public synchronized void moveLeaderSilently(String topic, int partition, int broker) {
        partition(topic, partition).moveTo(broker);
        revision++;
        somethingChanged();
    }

    /** Stops a broker as kill -9 does and moves what it led to the next one alive. */
    public void kill(int id) {
        broker(id).stop();
        synchronized (this) {
            int heir = brokers.values().stream()
                    .filter(FakeBroker::isAlive)
                    .map(FakeBroker::id)
                    .findFirst()
                    .orElse(-1);
            topics.values()
                    .forEach(topic -> topic.partitions().stream()
                            .filter(partition -> partition.leader() == id)
                            .forEach(partition -> partition.moveTo(heir)));
            topics.keySet().forEach(this::changed);
        }
    }

    /** Makes a broker swallow everything that it is sent, as SIGSTOP does, but keeps its connections open. */
    public void freeze(int id) {
        broker(id).freeze();
    }

    public synchronized void forgetProducers(String topic, int partition) {
        partition(topic, partition).forgetProducers();
    }

    public synchronized void deleteBelow(String topic, int partition, long offset) {
        partition(topic, partition).deleteBelow(offset);
    }

    public synchronized void damage(String topic, int partition, long offset) {
        partition(topic, partition).damage(offset);
    }

    public synchronized void truncateTo(String topic, int partition, long offset) {
        partition(topic, partition).truncateTo(offset);
    }

    /** The stored batches as generated messages. */
    public synchronized List<RecordBatch> log(String topic, int partition) {
        return partition(topic, partition).log();
    }

    public synchronized long logEnd(String topic, int partition) {
        return partition(topic, partition).logEnd();
    }

    public synchronized int initProducerCalls() {
        return initProducerCalls;
    }

    synchronized long allocateProducerId() {
        initProducerCalls++;
        return nextProducerId++;
    }

    private FakePartition partition(String topic, int partition) {
        FakeTopic found = topics.get(topic);
        if (found == null) {
            throw new IllegalArgumentException("no topic " + topic);
        }
        return found.partitions().get(partition);
    }

    @Nullable
    FakeTopic find(TopicRef ref) {
        if (ref.getId().isEmpty()) {
            return topics.get(ref.getName());
        }
        TopicId id = Ids.topic(ref.getId());
        return topics.values().stream()
                .filter(topic -> topic.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** Why a broker does not serve a partition, null when it does. */
    @Nullable
    FlotillaError refusal(@Nullable FakePartition partition, int broker, int knownEpoch) {
        if (partition == null) {
            return FlotillaError.notApplied(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "no such topic or partition");
        }
        if (partition.leader() != broker) {
            return hinted(
                    FlotillaError.notApplied(ErrorCode.NOT_LEADER_OR_FOLLOWER, "broker " + broker + " does not lead"),
                    partition);
        }
        if (knownEpoch >= 0 && knownEpoch != partition.leaderEpoch()) {
            ErrorCode code = knownEpoch < partition.leaderEpoch()
                    ? ErrorCode.FENCED_LEADER_EPOCH
                    : ErrorCode.UNKNOWN_LEADER_EPOCH;
            return hinted(
                    FlotillaError.notApplied(
                            code, "epoch " + knownEpoch + ", the leader's is " + partition.leaderEpoch()),
                    partition);
        }
        return null;
    }

    private FlotillaError hinted(FlotillaError error, FakePartition partition) {
        FakeBroker leader = brokers.get(partition.leader());
        return leader == null
                ? error
                : error.withLeader(new LeaderHint(partition.leader(), leader.endpoint(), partition.leaderEpoch()));
    }

    /** Makes another broker the coordinator of all groups: streams end, and what is committed stays. */
    public synchronized void moveCoordinator(int broker) {
        coordinator = broker;
        groups.values().forEach(FakeGroup::coordinatorMoved);
    }

    /** Removes all members of a group, as if they had been silent for their session. */
    public synchronized void fenceMembers(String group) {
        group(group).fence();
    }

    /** Lets a group notice which topics there are. */
    public synchronized void rebalance(String group) {
        group(group).rebalance();
    }

    /** The offset that a group has committed, -1 where it has none. */
    public synchronized long committed(String group, String topic, int partition) {
        return group(group).committed(topic, partition);
    }

    /** How many members a group has. */
    public synchronized int members(String group) {
        return group(group).memberCount();
    }

    /** Leaves commits without an answer, or answers them again. */
    public synchronized void muteCommits(boolean mute) {
        muteCommits = mute;
    }

    /** How many commits were left without an answer. */
    public synchronized int mutedCommits() {
        return mutedCommits;
    }

    FakeGroup group(String name) {
        return groups.computeIfAbsent(name, group -> new FakeGroup(this));
    }

    synchronized long revision() {
        return revision;
    }

    /** Loses the answers to the next administrative requests. */
    public synchronized FakeCluster losingAdminAnswers(int count) {
        adminFailures = count;
        return this;
    }

    int otherThan(int broker) {
        return brokers.values().stream()
                .filter(other -> other.isAlive() && other.id() != broker)
                .map(FakeBroker::id)
                .findFirst()
                .orElse(broker);
    }

    /** Runs a read now, when something has changed, and when its time is over, until it says that it is done. */
    void whenReadable(Predicate<Boolean> read, int waitMs) {
        if (!read.test(waitMs == 0)) {
            parkedReads.add(read);
            timer.schedule(() -> endWait(read), waitMs, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void endWait(Predicate<Boolean> read) {
        if (parkedReads.remove(read)) {
            boolean answered = read.test(true);
            if (!answered) {
                throw new IllegalStateException("a read whose time is over must answer");
            }
        }
    }

    /** Lets parked reads look again. */
    void somethingChanged() {
        parkedReads.removeIf(read -> read.test(false));
    }

    void watch(Consumer<WatchResponse> watcher) {
        watchers.add(watcher);
    }

    void unwatch(Consumer<WatchResponse> watcher) {
        watchers.remove(watcher);
    }

    private void changed(String topic) {
        revision++;
        FakeTopic changed = topics.get(topic);
        if (changed != null) {
            tell(WatchResponse.newBuilder().addTopics(message(changed)));
        }
    }

    private void tell(WatchResponse.Builder change) {
        WatchResponse message = change.setHistoryId("history")
                .setRevision(revision)
                .setLast(true)
                .build();
        List.copyOf(watchers).forEach(watcher -> watcher.accept(message));
        somethingChanged();
    }

    List<Broker> brokerMessages() {
        return brokers.values().stream()
                .map(broker -> Broker.newBuilder()
                        .setId(broker.id())
                        .setEndpoint(broker.endpoint())
                        .setEpoch(1)
                        .build())
                .toList();
    }

    Topic message(FakeTopic topic) {
        Topic.Builder message = Topic.newBuilder()
                .setName(topic.name())
                .setId(Ids.bytes(topic.id()))
                .putAllConfigs(topic.configs())
                .setDurability(Durability.DURABILITY_SYNCED)
                .setMinInsyncReplicas(1);
        int number = 0;
        for (FakePartition partition : topic.partitions()) {
            message.addPartitions(Partition.newBuilder()
                    .setIndex(number++)
                    .setLeader(partition.leader())
                    .setLeaderEpoch(partition.leaderEpoch())
                    .setPartitionEpoch(partition.partitionEpoch())
                    .addAllReplicas(brokers.keySet())
                    .addAllIsr(brokers.keySet()));
        }
        return message.build();
    }

    @Override
    public void close() {
        brokers.values().forEach(FakeBroker::stop);
        timer.shutdownNow();
    }
}
