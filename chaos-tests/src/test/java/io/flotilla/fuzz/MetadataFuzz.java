package io.flotilla.fuzz;

import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.BootstrapCommand;
import io.flotilla.proto.internal.v1.BrokerToFence;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.CreateTopicsCommand;
import io.flotilla.proto.internal.v1.FenceBrokersCommand;
import io.flotilla.proto.internal.v1.LogDirReport;
import io.flotilla.proto.internal.v1.NoopCommand;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.proto.internal.v1.UnfenceBrokerCommand;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.ControllerState;
import io.flotilla.quorum.command.DeltaListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Commands and snapshots of the controller. The first byte of an input says which: a command is applied on the state of
 * a small cluster and answered, whatever it is, and that state can be captured and loaded; a snapshot is refused, or
 * loads a state that does the same.
 */
public final class MetadataFuzz {
    private static final int TERM = 3;
    private static final byte COMMAND = 0;
    private static final byte SNAPSHOT = 1;
    private static final UUID INCARNATION = new UUID(1, 1);
    private static final List<byte[]> COMMANDS = commands();
    private static final byte[] SNAPSHOT_BYTES = captured(afterAll());

    private MetadataFuzz() {}

    /** The entry point that Jazzer knows by its name. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] content = new byte[input.length - 1];
        System.arraycopy(input, 1, content, 0, content.length);
        ControllerState state;
        if (input[0] == COMMAND) {
            state = afterAll();
            check(state.apply(content, TERM, COMMANDS.size() + 1));
        } else {
            state = new ControllerState(new Deaf());
            try {
                state.load(new ByteArrayInputStream(content));
            } catch (IOException typed) {
                return;
            }
        }
        ControllerState again = new ControllerState(new Deaf());
        try {
            again.load(new ByteArrayInputStream(captured(state)));
        } catch (IOException e) {
            throw new AssertionError("what was captured cannot be loaded", e);
        }
        if (!again.image().equals(state.image())) {
            throw new AssertionError("what was captured loads as another image");
        }
    }

    private static void check(byte[] reply) {
        try {
            CommandResult.parseFrom(reply);
        } catch (IOException e) {
            throw new AssertionError("an answer that cannot be read", e);
        }
    }

    private static ControllerState afterAll() {
        ControllerState state = new ControllerState(new Deaf());
        for (int index = 0; index < COMMANDS.size(); index++) {
            state.apply(COMMANDS.get(index), TERM, index + 1);
        }
        return state;
    }

    private static byte[] captured(ControllerState state) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            state.capture().writeTo(out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private record Deaf() implements DeltaListener {
        @Override
        public void applied(AppliedDelta applied) {}

        @Override
        public void loaded(MetadataImage image) {}
    }

    /** What makes a cluster of one broker with a topic. */
    private static List<byte[]> commands() {
        var register = RegisterBrokerRequest.newBuilder()
                .setClusterId("c1")
                .setBrokerId(1)
                .setIncarnation(Ids.bytes(new IncarnationId(INCARNATION)))
                .setPreviousBrokerEpoch(-1)
                .putListeners("CLIENT", "127.0.0.1:9092")
                .putListeners("INTERNAL", "127.0.0.1:9093")
                .setFeatureLevelMin(FeatureRange.CURRENT.min())
                .setFeatureLevelMax(FeatureRange.CURRENT.max())
                .addLogDirs(LogDirReport.newBuilder()
                        .setDirectoryId(Ids.bytes(new DirectoryId(new UUID(2, 2))))
                        .addIncarnations(Ids.bytes(new IncarnationId(INCARNATION))));
        var topic = TopicToCreate.newBuilder()
                .setName("orders")
                .setId(Ids.bytes(new TopicId(new UUID(7, 7))))
                .putConfigs("min.insync.replicas", "1");
        topic.addAssignmentsBuilder().addBrokerIds(1);
        return List.of(
                bytes(Command.newBuilder()
                        .setBootstrap(BootstrapCommand.newBuilder()
                                .setClusterId("c1")
                                .setHistoryId("h1")
                                .setFeatureLevel(FeatureRange.CURRENT.max()))),
                bytes(Command.newBuilder().setRegisterBroker(register)),
                bytes(Command.newBuilder()
                        .setUnfenceBroker(
                                UnfenceBrokerCommand.newBuilder().setBrokerId(1).setBrokerEpoch(2))),
                bytes(Command.newBuilder()
                        .setSeed(11)
                        .setCreateTopics(CreateTopicsCommand.newBuilder().addTopics(topic))),
                bytes(Command.newBuilder().setNoop(NoopCommand.getDefaultInstance())));
    }

    private static byte[] bytes(Command.Builder command) {
        return command.build().toByteArray();
    }

    /** Commands that are accepted or refused, and a snapshot. */
    static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        COMMANDS.forEach(command -> seeds.add(seed(COMMAND, command)));
        seeds.add(seed(
                COMMAND,
                bytes(Command.newBuilder()
                        .setFenceBrokers(FenceBrokersCommand.newBuilder()
                                .addBrokers(BrokerToFence.newBuilder()
                                        .setBrokerId(1)
                                        .setBrokerEpoch(2))))));
        seeds.add(seed(
                COMMAND,
                bytes(Command.newBuilder()
                        .setAllocateProducerIds(AllocateProducerIdsRequest.newBuilder()
                                .setBrokerId(1)
                                .setBrokerEpoch(2)))));
        seeds.add(seed(SNAPSHOT, SNAPSHOT_BYTES));
        return seeds;
    }

    private static byte[] seed(byte kind, byte[] content) {
        byte[] seed = new byte[content.length + 1];
        seed[0] = kind;
        System.arraycopy(content, 0, seed, 1, content.length);
        return seed;
    }
}
