package io.flotilla.sim.check;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.Replica;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.model.image.TopicImage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/** A cluster of three brokers and one partition with three replicas, whose state a test writes down. */
final class HandMadeCluster implements ClusterView, ControllerView, LossBudget {
    static final TopicId TOPIC = new TopicId(new UUID(1, 1));
    static final PartitionId PARTITION = new PartitionId(TOPIC, 0);

    final Map<Integer, HandMadeNode> nodes = new TreeMap<>();
    final Ghosts ghosts = new Ghosts();
    private final Map<Long, MetadataImage> images = new TreeMap<>();
    private MetadataImage image = MetadataImage.EMPTY.withCluster("cluster", "history");
    boolean mustKeep = true;
    boolean replaced;

    HandMadeCluster() {
        for (int id = 1; id <= 3; id++) {
            nodes.put(id, new HandMadeNode(this, id));
            registered(id, 1, false);
        }
        committed(state(1, 1, 1, List.of(1, 2, 3), List.of()));
    }

    /** One state of the partition. */
    static PartitionState state(int leader, int leaderEpoch, int partitionEpoch, List<Integer> isr, List<Integer> elr) {
        List<Replica> replicas =
                Stream.of(1, 2, 3).map(id -> new Replica(id, 1)).toList();
        return new PartitionState(
                replicas, isr, elr, leader, leaderEpoch, partitionEpoch, PartitionState.NO_LEADER, PartitionPlan.NONE);
    }

    /** The controller commits a state of the partition. */
    HandMadeCluster committed(PartitionState state) {
        TopicImage topic = image.topics().withId(TOPIC).orElse(TopicImage.empty("t", TOPIC));
        return next(image.withTopics(image.topics().with(topic.withPartition(0, state))));
    }

    /** The controller commits another min.insync.replicas. */
    HandMadeCluster minIsr(int minIsr) {
        TopicImage topic = image.topics()
                .withId(TOPIC)
                .orElseThrow()
                .withConfig(TopicConfigKey.MIN_INSYNC_REPLICAS.key(), Optional.of(Integer.toString(minIsr)));
        return next(image.withTopics(image.topics().with(topic)));
    }

    /** All nodes have applied what is committed. */
    HandMadeCluster applied() {
        nodes.values().forEach(node -> node.applied = image);
        return this;
    }

    /** The controller commits a registration of the n-th run of a broker. */
    HandMadeCluster registered(int id, int run, boolean fenced) {
        BrokerRegistration registration = new BrokerRegistration(
                id,
                incarnation(id, run),
                100L * run + id,
                Optional.empty(),
                Map.of(),
                FeatureRange.CURRENT,
                List.of(),
                fenced,
                false);
        return next(image.withBrokers(image.brokers().with(registration)));
    }

    private HandMadeCluster next(MetadataImage changed) {
        image = changed.withRevision(image.revision() + 1);
        images.put(image.revision(), image);
        return this;
    }

    static IncarnationId incarnation(int id, int run) {
        return new IncarnationId(new UUID(id, run));
    }

    HandMadeReplica replica(int node) {
        return nodes.get(node).replica;
    }

    /** What the predicate hears when only the controller changed. */
    Touched controllerTouched() {
        return new Touched(true, List.of(), List.of());
    }

    Touched replicasTouched(int... ids) {
        return new Touched(
                false,
                List.of(),
                Arrays.stream(ids).<ReplicaView>mapToObj(this::replica).toList());
    }

    Touched nodesTouched(int... ids) {
        return new Touched(
                false, Arrays.stream(ids).<NodeView>mapToObj(this::node).toList(), List.of());
    }

    @Override
    public long nowNanos() {
        return 0;
    }

    @Override
    public long event() {
        return 0;
    }

    @Override
    public ControllerView controller() {
        return this;
    }

    @Override
    public List<NodeView> nodes() {
        return List.copyOf(nodes.values());
    }

    @Override
    public HandMadeNode node(int id) {
        return nodes.get(id);
    }

    @Override
    public List<PartitionId> partitions() {
        return List.of(PARTITION);
    }

    @Override
    public List<ReplicaView> replicas(PartitionId partition) {
        return nodes.values().stream().<ReplicaView>map(node -> node.replica).toList();
    }

    @Override
    public Ghosts ghosts() {
        return ghosts;
    }

    @Override
    public LossBudget losses() {
        return this;
    }

    @Override
    public MetadataImage image() {
        return image;
    }

    @Override
    public Optional<MetadataImage> at(long revision) {
        return Optional.ofNullable(images.get(revision));
    }

    @Override
    public OptionalInt leader() {
        return OptionalInt.of(1);
    }

    @Override
    public long term() {
        return 1;
    }

    @Override
    public boolean mustKeep(PartitionId partition) {
        return mustKeep;
    }

    @Override
    public boolean mayStall(PartitionId partition) {
        return false;
    }

    @Override
    public boolean survivesOne(PartitionId asked) {
        return true;
    }

    @Override
    public boolean isDestroyed(int node, PartitionId partition) {
        return false;
    }

    @Override
    public boolean isReplaced(PartitionId partition) {
        return replaced;
    }
}
