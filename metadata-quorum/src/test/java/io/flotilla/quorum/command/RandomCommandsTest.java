package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.BalanceLeadersCommand;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.DeleteTopicsCommand;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.TopicToRemove;
import io.flotilla.proto.v1.ElectionType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of random commands: the predicates hold after each, and the state is what its records and snapshot say. */
class RandomCommandsTest {
    private static final int BROKERS = 5;
    private static final int COMMANDS = 4000;

    private final TestCluster cluster = TestCluster.of(BROKERS);
    private int names;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void predicatesHoldAndStateIsWhatItsRecordsAndItsSnapshotSay(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < COMMANDS; i++) {
            step(random); // TestCluster checks the predicates after every revision
        }

        MetadataImage replayed = MetadataImage.EMPTY;
        int ended = 0;
        int led = 0;
        for (AppliedDelta applied : cluster.history) {
            MetadataDelta delta = applied.delta();
            MetadataImage before = replayed;
            replayed = delta.applyTo(replayed);
            for (MetadataRecord record : delta.records()) {
                if (record instanceof MetadataRecord.PartitionSet set) {
                    Optional<PartitionState> old =
                            before.topics().partition(new PartitionId(set.topic(), set.partition()));
                    PartitionState now = set.state();
                    ended += old.filter(state -> state.plan().reassigns()).isPresent()
                                    && !now.plan().reassigns()
                            ? 1
                            : 0;
                    led += old.filter(state -> state.plan().movesLeader()
                                            && state.plan().nextLeader() == now.leader())
                                    .isPresent()
                            ? 1
                            : 0;
                }
            }
        }
        assertThat(replayed).usingRecursiveComparison().isEqualTo(cluster.image());
        assertThat(reloaded()).usingRecursiveComparison().isEqualTo(cluster.image());
        assertThat(cluster.history.stream()
                        .mapToInt(delta -> delta.riskyElections().size())
                        .sum())
                .as("risky elections happen in this walk")
                .isPositive();
        assertThat(ended).as("reassignments come to their end in this walk").isPositive();
        assertThat(led).as("leaders move as planned in this walk").isPositive();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = 6)
    void aDamagedOrTornSnapshotIsRefused(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            step(random);
        }
        byte[] bytes = snapshot();
        for (int i = 0; i < 50; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> load(damaged)).isInstanceOf(IOException.class);
        }
        byte[] torn = Arrays.copyOf(bytes, bytes.length / 2);
        assertThatThrownBy(() -> load(torn)).isInstanceOf(IOException.class);
    }

    private void step(Random random) {
        int broker = 1 + random.nextInt(BROKERS);
        switch (random.nextInt(16)) {
            case 0 -> createTopic(random);
            case 1 -> deleteTopic(random);
            case 2 -> restart(random, broker);
            case 3 -> cluster.fence(broker);
            case 4 -> cluster.beginShutdown(broker);
            case 5 -> anyTopic(random).ifPresent(topic -> cluster.lost(broker, topic.id()));
            case 6 ->
                anyTopic(random)
                        .ifPresent(topic -> cluster.accepted(cluster.config(
                                topic.id(), "min.insync.replicas", Integer.toString(1 + random.nextInt(3)))));
            case 7, 8 -> unfence(broker);
            case 9 -> elect(random);
            case 10 -> anyTopic(random).ifPresent(topic -> reassign(random, topic));
            case 11 -> operate(random, broker);
            default -> anyTopic(random).ifPresent(topic -> propose(random, topic));
        }
    }

    private void elect(Random random) {
        boolean unclean = random.nextInt(4) == 0;
        Operations.run(
                cluster,
                Operations.elect(unclean ? ElectionType.ELECTION_TYPE_UNCLEAN : ElectionType.ELECTION_TYPE_PREFERRED));
        cluster.accepted(Command.newBuilder()
                .setBalanceLeaders(BalanceLeadersCommand.newBuilder()
                        .setImbalancePercentMax(random.nextInt(50))
                        .setMovesMax(1 + random.nextInt(3))));
        for (TopicImage topic : cluster.image().topics().byName().values()) {
            PartitionState state = cluster.partition(topic.id());
            if (state.plan().movesLeader() && random.nextBoolean()) {
                Integer[] isr = state.isr().toArray(Integer[]::new);
                cluster.run(cluster.alter(
                        state.leader(), cluster.proposal(topic.id(), isr).setResign(true)));
            }
        }
    }

    private void reassign(Random random, TopicImage topic) {
        List<Integer> brokers = new ArrayList<>(List.of(1, 2, 3, 4, 5));
        Collections.shuffle(brokers, random);
        List<Integer> target = brokers.subList(0, random.nextInt(4)); // none cancels
        int partition = random.nextInt(topic.partitions().size());
        Operations.run(cluster, Operations.reassign(topic.name(), partition, target));
    }

    private void operate(Random random, int broker) {
        if (random.nextBoolean()) {
            Operations.run(
                    cluster, Operations.brokerConfig(broker, "cordoned.log.dirs", random.nextInt(3) == 0 ? "*" : ""));
        } else {
            anyTopic(random)
                    .filter(topic -> topic.partitions().size() < 4)
                    .ifPresent(topic -> Operations.run(
                            cluster,
                            Operations.partitions(
                                    topic.name(), topic.partitions().size() + 1)));
        }
    }

    private void createTopic(Random random) {
        if (cluster.image().topics().count() < 12) {
            Command.Builder create = TestCluster.create(cluster.newTopic("t" + names++)
                    .setPartitions(1 + random.nextInt(3))
                    .setReplicationFactor(1 + random.nextInt(3))
                    .putConfigs("durability", random.nextBoolean() ? "synced" : "replicated")
                    .putConfigs("unclean.leader.election.enable", Boolean.toString(random.nextInt(5) == 0))
                    .putConfigs("min.insync.replicas", Integer.toString(1 + random.nextInt(3))));
            cluster.accepted(create.setSeed(random.nextLong()));
        }
    }

    private void deleteTopic(Random random) {
        if (random.nextInt(4) == 0) {
            anyTopic(random)
                    .ifPresent(topic -> cluster.accepted(Command.newBuilder()
                            .setDeleteTopics(DeleteTopicsCommand.newBuilder()
                                    .addTopics(TopicToRemove.newBuilder().setName(topic.name())))));
        }
    }

    private void restart(Random random, int broker) {
        if (random.nextInt(10) == 0) {
            cluster.fence(broker);
            cluster.wipe(broker);
        }
        cluster.restart(broker, random.nextBoolean());
    }

    private void unfence(int broker) {
        BrokerRegistration registration =
                cluster.image().brokers().broker(broker).orElseThrow();
        if (registration.shuttingDown()) {
            cluster.restart(broker, true);
        }
        cluster.unfence(broker);
    }

    private Optional<TopicImage> anyTopic(Random random) {
        List<TopicImage> topics =
                new ArrayList<>(cluster.image().topics().byName().values());
        return topics.isEmpty() ? Optional.empty() : Optional.of(topics.get(random.nextInt(topics.size())));
    }

    /** A proposal that is sometimes right, and otherwise wrong in any way. */
    private void propose(Random random, TopicImage topic) {
        TopicId id = topic.id();
        PartitionState state = cluster.partition(id);
        if (!state.hasLeader()) {
            return;
        }
        List<Integer> isr = new ArrayList<>(state.replicaIds());
        isr.removeIf(member -> member != state.leader()
                && member != state.plan().nextLeader()
                && (random.nextInt(3) == 0
                        || (random.nextInt(4) > 0 && !cluster.image().brokers().eligible(member))));
        PartitionProposal.Builder proposal = cluster.proposal(id, isr.toArray(Integer[]::new))
                .setResign(random.nextInt(state.plan().movesLeader() ? 2 : 6) == 0)
                .setPartitionEpoch(state.partitionEpoch() + (random.nextInt(8) == 0 ? -1 : 0))
                .setLeaderEpoch(state.leaderEpoch() + (random.nextInt(8) == 0 ? 1 : 0));
        proposal.setTopicId(Ids.bytes(id));
        cluster.run(cluster.alter(random.nextInt(8) == 0 ? 1 : state.leader(), proposal));
    }

    private byte[] snapshot() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        cluster.state().capture().writeTo(out);
        return out.toByteArray();
    }

    private MetadataImage reloaded() throws IOException {
        return load(snapshot());
    }

    private static MetadataImage load(byte[] bytes) throws IOException {
        ControllerState fresh = new ControllerState(new DeltaListener() {
            @Override
            public void applied(AppliedDelta applied) {
                throw new AssertionError("nothing is applied here");
            }

            @Override
            public void loaded(MetadataImage image) {
                // The state itself is asked.
            }
        });
        fresh.load(new ByteArrayInputStream(bytes));
        return fresh.image();
    }
}
