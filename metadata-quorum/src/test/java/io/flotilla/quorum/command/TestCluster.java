package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AlterPartitionRequest;
import io.flotilla.proto.internal.v1.AlterPartitionResponse;
import io.flotilla.proto.internal.v1.AlterTopicConfigsCommand;
import io.flotilla.proto.internal.v1.BeginShutdownCommand;
import io.flotilla.proto.internal.v1.BootstrapCommand;
import io.flotilla.proto.internal.v1.BrokerToFence;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.CreateTopicsCommand;
import io.flotilla.proto.internal.v1.FenceBrokersCommand;
import io.flotilla.proto.internal.v1.IsrMember;
import io.flotilla.proto.internal.v1.LogDirReport;
import io.flotilla.proto.internal.v1.LostReplica;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.ReportLostReplicasCommand;
import io.flotilla.proto.internal.v1.TopicConfigChange;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.proto.internal.v1.UnfenceBrokerCommand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A controller and what its brokers' disks remember; every command goes through bytes, and is checked. */
final class TestCluster {
    static final long TERM = 5;

    final List<AppliedDelta> history = new ArrayList<>();
    private final Predicates predicates = new Predicates();
    private final Map<Integer, Map<DirectoryId, List<IncarnationId>>> disks = new TreeMap<>();
    private final ControllerState state = new ControllerState(new DeltaListener() {
        @Override
        public void applied(AppliedDelta applied) {
            history.add(applied);
            predicates.check(applied.image());
        }

        @Override
        public void loaded(MetadataImage image) {
            throw new AssertionError("nothing is loaded here");
        }
    });
    private long index;
    private long ids;

    /** Bootstrapped, with brokers 1 to n in service. */
    static TestCluster of(int brokers) {
        TestCluster cluster = new TestCluster();
        cluster.accepted(Command.newBuilder()
                .setBootstrap(BootstrapCommand.newBuilder()
                        .setClusterId("c1")
                        .setHistoryId("h1")
                        .setFeatureLevel(FeatureRange.CURRENT.max())));
        for (int id = 1; id <= brokers; id++) {
            cluster.restart(id, false);
            cluster.unfence(id);
        }
        return cluster;
    }

    ControllerState state() {
        return state;
    }

    MetadataImage image() {
        return state.image();
    }

    CommandResult run(Command.Builder command) {
        try {
            return CommandResult.parseFrom(state.apply(command.build().toByteArray(), TERM, ++index));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    CommandResult accepted(Command.Builder command) {
        CommandResult result = run(command);
        assertThat(result.hasError()).as("%s", result).isFalse();
        return result;
    }

    void refused(ErrorCode code, Command.Builder command) {
        long revision = image().revision();
        assertThat(run(command).getError().getReason()).isEqualTo(code.name());
        assertThat(image().revision()).isEqualTo(revision);
    }

    /** A registration as a new run of the broker sends it, after it has marked its directories. */
    RegisterBrokerRequest.Builder newRun(int broker, boolean clean) {
        IncarnationId incarnation = new IncarnationId(new UUID(broker, ++ids));
        Map<DirectoryId, List<IncarnationId>> dirs = disks.computeIfAbsent(broker, id -> {
            Map<DirectoryId, List<IncarnationId>> fresh = new LinkedHashMap<>();
            fresh.put(new DirectoryId(new UUID(100 + broker, ++ids)), new ArrayList<>());
            return fresh;
        });
        RegisterBrokerRequest.Builder request = RegisterBrokerRequest.newBuilder()
                .setClusterId("c1")
                .setBrokerId(broker)
                .setIncarnation(Ids.bytes(incarnation))
                .setCleanStart(clean)
                .setPreviousBrokerEpoch(image().brokers()
                        .broker(broker)
                        .map(BrokerRegistration::epoch)
                        .orElse(-1L))
                .putListeners("CLIENT", "127.0.0.1:" + (9092 + broker))
                .putListeners("INTERNAL", "127.0.0.1:" + (9192 + broker))
                .setFeatureLevelMin(FeatureRange.CURRENT.min())
                .setFeatureLevelMax(FeatureRange.CURRENT.max());
        dirs.forEach((dir, marks) -> {
            marks.add(incarnation);
            request.addLogDirs(LogDirReport.newBuilder()
                    .setDirectoryId(Ids.bytes(dir))
                    .addAllIncarnations(marks.stream().map(Ids::bytes).toList()));
        });
        return request;
    }

    static Command.Builder register(RegisterBrokerRequest.Builder request) {
        return Command.newBuilder().setRegisterBroker(request);
    }

    /** The process ends and another begins on the same disks. */
    void restart(int broker, boolean clean) {
        accepted(register(newRun(broker, clean)));
    }

    /** The broker loses its disks. */
    void wipe(int broker) {
        disks.remove(broker);
    }

    long epoch(int broker) {
        return image().brokers().broker(broker).orElseThrow().epoch();
    }

    void unfence(int broker) {
        accepted(Command.newBuilder()
                .setUnfenceBroker(
                        UnfenceBrokerCommand.newBuilder().setBrokerId(broker).setBrokerEpoch(epoch(broker))));
    }

    void fence(int... brokers) {
        FenceBrokersCommand.Builder fence = FenceBrokersCommand.newBuilder();
        for (int broker : brokers) {
            fence.addBrokers(BrokerToFence.newBuilder().setBrokerId(broker).setBrokerEpoch(epoch(broker)));
        }
        accepted(Command.newBuilder().setFenceBrokers(fence));
    }

    void beginShutdown(int broker) {
        accepted(Command.newBuilder()
                .setBeginShutdown(
                        BeginShutdownCommand.newBuilder().setBrokerId(broker).setBrokerEpoch(epoch(broker))));
    }

    void lost(int broker, TopicId topic) {
        accepted(Command.newBuilder()
                .setReportLostReplicas(ReportLostReplicasCommand.newBuilder()
                        .setBrokerId(broker)
                        .setBrokerEpoch(epoch(broker))
                        .addReplicas(LostReplica.newBuilder().setTopicId(Ids.bytes(topic)))));
    }

    TopicToCreate.Builder newTopic(String name) {
        return TopicToCreate.newBuilder().setName(name).setId(Ids.bytes(new TopicId(new UUID(7, ++ids))));
    }

    static Command.Builder create(TopicToCreate.Builder... topics) {
        CreateTopicsCommand.Builder create = CreateTopicsCommand.newBuilder();
        for (TopicToCreate.Builder topic : topics) {
            create.addTopics(topic);
        }
        return Command.newBuilder().setSeed(11).setCreateTopics(create);
    }

    /** A topic of one partition with these replicas, all in service. */
    TopicId topic(String name, Map<String, String> configs, Integer... replicas) {
        TopicToCreate.Builder topic = newTopic(name).putAllConfigs(configs);
        topic.addAssignmentsBuilder().addAllBrokerIds(List.of(replicas));
        CommandResult result = accepted(create(topic));
        assertThat(result.getCreateTopics().getResponse().getResults(0).hasError())
                .as("%s", result)
                .isFalse();
        return Ids.topic(topic.getId());
    }

    TopicImage topicImage(TopicId topic) {
        return image().topics().withId(topic).orElseThrow();
    }

    PartitionState partition(TopicId topic) {
        return topicImage(topic).partitions().get(0);
    }

    /** The leader's proposal as a correct leader makes it. */
    PartitionProposal.Builder proposal(TopicId topic, Integer... isr) {
        PartitionState state = partition(topic);
        PartitionProposal.Builder proposal = PartitionProposal.newBuilder()
                .setTopicId(Ids.bytes(topic))
                .setLeaderEpoch(state.leaderEpoch())
                .setPartitionEpoch(state.partitionEpoch());
        for (int id : isr) {
            proposal.addIsr(IsrMember.newBuilder()
                    .setBrokerId(id)
                    .setBrokerEpoch(image().brokers()
                            .broker(id)
                            .map(BrokerRegistration::epoch)
                            .orElse(-1L)));
        }
        return proposal;
    }

    Command.Builder alter(int leader, PartitionProposal.Builder... proposals) {
        AlterPartitionRequest.Builder request =
                AlterPartitionRequest.newBuilder().setBrokerId(leader).setBrokerEpoch(epoch(leader));
        for (PartitionProposal.Builder proposal : proposals) {
            request.addProposals(proposal);
        }
        return Command.newBuilder().setAlterPartition(request);
    }

    void shrinkOrExpand(TopicId topic, Integer... isr) {
        AlterPartitionResponse response =
                accepted(alter(partition(topic).leader(), proposal(topic, isr))).getAlterPartition();
        assertThat(response.getResults(0).hasError()).as("%s", response).isFalse();
    }

    Command.Builder config(TopicId topic, String key, String value) {
        return Command.newBuilder()
                .setAlterTopicConfigs(AlterTopicConfigsCommand.newBuilder()
                        .setTopicId(Ids.bytes(topic))
                        .addChanges(TopicConfigChange.newBuilder().setKey(key).setValue(value)));
    }

    static ByteString requestId(long number) {
        return Ids.bytes(new TopicId(new UUID(42, number)));
    }
}
