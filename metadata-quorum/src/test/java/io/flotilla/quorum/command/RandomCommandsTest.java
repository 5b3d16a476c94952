package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.DeleteTopicsCommand;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.TopicToRemove;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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
        for (AppliedDelta applied : cluster.history) {
            MetadataDelta delta = applied.delta();
            replayed = delta.applyTo(replayed);
        }
        assertThat(replayed).usingRecursiveComparison().isEqualTo(cluster.image());
        assertThat(reloaded()).usingRecursiveComparison().isEqualTo(cluster.image());
        assertThat(cluster.history.stream()
                        .mapToInt(delta -> delta.riskyElections().size())
                        .sum())
                .as("risky elections happen in this walk")
                .isPositive();
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
        switch (random.nextInt(12)) {
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
            default -> anyTopic(random).ifPresent(topic -> propose(random, topic));
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
        if (!registration.shuttingDown()) {
            cluster.unfence(broker);
        }
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
        isr.removeIf(member -> member != state.leader() && random.nextInt(3) == 0);
        PartitionProposal.Builder proposal = cluster.proposal(id, isr.toArray(Integer[]::new))
                .setResign(random.nextInt(6) == 0)
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
