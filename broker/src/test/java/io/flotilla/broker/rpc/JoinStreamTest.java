package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.broker.coordinator.OffsetsPartitions;
import io.flotilla.broker.coordinator.ScriptedLog;
import io.flotilla.broker.group.Assignment;
import io.flotilla.broker.group.GroupSettings;
import io.flotilla.broker.group.Hello;
import io.flotilla.broker.group.assignor.UniformAssignor;
import io.flotilla.broker.metadata.SimulatedLoop;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A member that does not read costs its coordinator a bounded number of messages. */
class JoinStreamTest {
    private static final Assignment NOTHING = new Assignment(1, List.of(), 3_000, 10_000);

    private final SimulatedLoop clock = new SimulatedLoop();
    private final FakeCall<JoinRequest, JoinResponse> call = new FakeCall<>(GroupsServiceGrpc.getJoinMethod());
    private final JoinStream stream = new JoinStream(
            call,
            new GroupShards(
                    new GroupShards.Ports(
                            1,
                            new PartitionLoop(LoopSettings.defaults(), clock),
                            clock,
                            (partition, epoch) -> new ScriptedLog(),
                            new OffsetsPartitions(() -> MetadataImage.EMPTY, broker -> "")),
                    GroupSettings.defaults(),
                    List.of(new UniformAssignor())),
            new Hello.Peer(1, "", ""));

    @Test
    void whoReadsGetsEverything() {
        for (int i = 0; i < 10 * JoinStream.WAITING_MAX; i++) {
            stream.assign(NOTHING);
        }
        assertThat(call.sent).hasSize(10 * JoinStream.WAITING_MAX);
        assertThat(call.closed).isNull();
    }

    @Test
    void whoDoesNotReadIsCutOff() {
        call.ready = false;
        for (int i = 0; i < JoinStream.WAITING_MAX; i++) {
            stream.assign(NOTHING);
        }
        assertThat(call.closed).isNull();

        stream.assign(NOTHING);
        assertThat(call.closed).extracting(Status::getCode).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void whyAStreamEndsIsToldOnce() {
        stream.end(FlotillaError.notApplied(ErrorCode.NOT_COORDINATOR, "another broker"));
        stream.end(FlotillaError.notApplied(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS, "loading"));

        assertThat(call.sent).hasSize(1);
        assertThat(call.closed).extracting(Status::getCode).isEqualTo(Status.Code.OK);
    }

    @Test
    void oneMessageIsTakenAtATime() {
        stream.welcome(NOTHING);
        stream.heard(1);
        stream.assign(NOTHING);

        assertThat(call.requested.get()).isEqualTo(2);
    }
}
