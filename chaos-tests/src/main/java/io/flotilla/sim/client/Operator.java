package io.flotilla.sim.client;

import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AlterTopicConfigsCommand;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CreateTopicsCommand;
import io.flotilla.proto.internal.v1.DeleteTopicsCommand;
import io.flotilla.proto.internal.v1.TopicConfigChange;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.proto.internal.v1.TopicToRemove;
import io.flotilla.sim.node.Node;
import io.flotilla.sim.node.NodeRunWiring;
import io.flotilla.sim.world.World;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/** Somebody who wants topics to exist, and says so until they do. */
public final class Operator {
    private static final long PAUSE_NANOS = 300 * World.MS;

    private final World world;
    private final Random random;
    private final List<Node> nodes;
    private final Supplier<MetadataImage> committed;
    private final Map<String, Wanted> wanted = new TreeMap<>();
    private final Map<String, Integer> recreated = new TreeMap<>();

    /**
     * A topic as it should be.
     *
     * @param sinceNanos not before this moment
     */
    private record Wanted(TopicPlan plan, long sinceNanos) {}

    /** @param committed the metadata, so that nobody asks for what is there */
    public Operator(World world, List<Node> nodes, Supplier<MetadataImage> committed) {
        this.world = world;
        this.random = world.random("operator");
        this.nodes = List.copyOf(nodes);
        this.committed = committed;
        world.at(PAUSE_NANOS, this::work);
    }

    /** From now on the topic shall exist. */
    public void want(TopicPlan plan) {
        wanted.put(plan.name(), new Wanted(plan, 0));
    }

    /** How often it has recreated the topic. */
    public int recreated(String name) {
        return recreated.getOrDefault(name, 0);
    }

    /** Deletes a topic and, a while later, makes it anew; answers whether there is one. */
    public boolean recreate(String name, long pauseNanos) {
        TopicImage topic = committed.get().topics().named(name).orElse(null);
        Wanted known = wanted.get(name);
        if (topic != null && known != null) {
            wanted.put(name, new Wanted(known.plan(), world.nowNanos() + pauseNanos));
            submit(Command.newBuilder()
                    .setDeleteTopics(DeleteTopicsCommand.newBuilder()
                            .addTopics(TopicToRemove.newBuilder().setName(name).setId(Ids.bytes(topic.id())))));
            recreated.merge(name, 1, Integer::sum);
            return true;
        }
        return false;
    }

    /** Sets min.insync.replicas of a topic that exists. */
    public void setMinIsr(String name, int minIsr) {
        committed
                .get()
                .topics()
                .named(name)
                .ifPresent(topic -> submit(Command.newBuilder()
                        .setAlterTopicConfigs(AlterTopicConfigsCommand.newBuilder()
                                .setTopicId(Ids.bytes(topic.id()))
                                .addChanges(TopicConfigChange.newBuilder()
                                        .setKey(TopicConfigKey.MIN_INSYNC_REPLICAS.key())
                                        .setValue(Integer.toString(minIsr))))));
    }

    private void work() {
        for (Wanted topic : wanted.values()) {
            boolean missing =
                    committed.get().topics().named(topic.plan().name()).isEmpty();
            if (missing && world.nowNanos() >= topic.sinceNanos() && enoughBrokers(topic.plan())) {
                create(topic.plan());
            }
        }
        world.at(PAUSE_NANOS, this::work);
    }

    private boolean enoughBrokers(TopicPlan plan) {
        return committed.get().brokers().all().size() >= plan.replicas();
    }

    private void create(TopicPlan plan) {
        submit(Command.newBuilder()
                .setCreateTopics(CreateTopicsCommand.newBuilder()
                        .setDefaults(TopicDefaults.newBuilder().setPartitions(1))
                        .addTopics(TopicToCreate.newBuilder()
                                .setName(plan.name())
                                .setId(Ids.bytes(new TopicId(new UUID(random.nextLong(), random.nextLong()))))
                                .setPartitions(plan.partitions())
                                .setReplicationFactor(plan.replicas())
                                .putConfigs(
                                        TopicConfigKey.DURABILITY.key(),
                                        plan.durability().configValue())
                                .putConfigs(
                                        TopicConfigKey.MIN_INSYNC_REPLICAS.key(), Integer.toString(plan.minIsr())))));
    }

    /** Asks every controller; the active one does it, if there is one. */
    private void submit(Command.Builder command) {
        command.setNowMs(world.nowNanos() / World.MS).setSeed(random.nextLong());
        Command made = command.build();
        for (Node node : nodes) {
            NodeRunWiring run = node.run();
            if (run != null) {
                run.at(0, () -> run.submit(made));
            }
        }
    }
}
