package io.flotilla.client;

import com.google.protobuf.ByteString;
import io.flotilla.client.internal.rpc.QuorumCalls;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.time.Clock;
import io.flotilla.proto.v1.AddControllerRequest;
import io.flotilla.proto.v1.AddControllerResponse;
import io.flotilla.proto.v1.QuorumChangeState;
import io.flotilla.proto.v1.QuorumNode;
import io.flotilla.proto.v1.RemoveControllerRequest;
import io.flotilla.proto.v1.RemoveControllerResponse;
import io.flotilla.proto.v1.TransferLeadershipRequest;
import io.flotilla.proto.v1.TransferLeadershipResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Changes the metadata quorum: its voters, and who leads it. Calls run on the caller's thread until the change is made.
 * Belongs to an {@link Admin}, which closes it. Safe for any number of threads.
 *
 * <p>Every method throws {@link io.flotilla.model.error.FlotillaException}: POLICY_VIOLATION when the change would harm
 * the quorum as it is or did not come about, DUPLICATE_VOTER, VOTER_NOT_FOUND, and REQUEST_TIMED_OUT when the time is
 * over; then it may still be made.
 */
public final class QuorumAdmin {
    private final QuorumCalls calls;
    private final Clock clock;

    QuorumAdmin(QuorumCalls calls, Clock clock) {
        this.calls = calls;
        this.clock = clock;
    }

    /**
     * How long to wait, and who hears of the progress meanwhile, every second or two.
     *
     * @param atMost afterwards the call fails; the change goes on
     */
    public record Patience(Duration atMost, Consumer<QuorumStep> progress) {
        /** Without a word. */
        public static Patience of(Duration atMost) {
            return new Patience(atMost, step -> {});
        }
    }

    /**
     * Adds a voter, which was started without {@code controller.quorum.voters}. It catches up first.
     *
     * @param endpoint the node's INTERNAL listener, "host:port"
     */
    public QuorumStep addController(int nodeId, String endpoint, Patience patience) {
        AddControllerRequest request = AddControllerRequest.newBuilder()
                .setNodeId(nodeId)
                .setEndpoint(endpoint)
                .setRequestId(requestId())
                .build();
        return await(patience, () -> {
            AddControllerResponse answer = calls.add(request);
            return step(answer.getState(), answer.getDetail(), answer.getVotersList());
        });
    }

    /** Removes a voter for good, be its process alive or not; one that is alive stops. */
    public QuorumStep removeController(int nodeId, Patience patience) {
        RemoveControllerRequest request = RemoveControllerRequest.newBuilder()
                .setNodeId(nodeId)
                .setRequestId(requestId())
                .build();
        return await(patience, () -> {
            RemoveControllerResponse answer = calls.remove(request);
            return step(answer.getState(), answer.getDetail(), answer.getVotersList());
        });
    }

    /** Makes another voter the leader, which is the active controller. */
    public QuorumStep transferLeadership(int nodeId, Patience patience) {
        TransferLeadershipRequest request = TransferLeadershipRequest.newBuilder()
                .setNodeId(nodeId)
                .setRequestId(requestId())
                .build();
        return await(patience, () -> {
            TransferLeadershipResponse answer = calls.transfer(request);
            return step(answer.getState(), answer.getDetail(), answer.getVotersList());
        });
    }

    private static ByteString requestId() {
        return AdminMessages.bytes(ClientWiring.requestId());
    }

    /** The server answers every second or two with how far it is: no pause is needed in between. */
    private QuorumStep await(Patience patience, Supplier<QuorumStep> attempt) {
        long beganNanos = clock.nanos();
        while (true) {
            QuorumStep step = attempt.get();
            if (step.state() != QuorumStep.State.UNDER_WAY) {
                return step;
            }
            if (clock.nanos() - beganNanos > patience.atMost().toNanos()) {
                throw FlotillaError.unknown(
                                ErrorCode.REQUEST_TIMED_OUT,
                                "not done after " + patience.atMost().toMillis() + " ms, and it goes on: "
                                        + step.detail())
                        .exception();
            }
            patience.progress().accept(step);
        }
    }

    private static QuorumStep step(QuorumChangeState state, String detail, List<QuorumNode> voters) {
        return new QuorumStep(
                switch (state) {
                    case QUORUM_CHANGE_STATE_DONE -> QuorumStep.State.DONE;
                    case QUORUM_CHANGE_STATE_NOT_NEEDED -> QuorumStep.State.NOT_NEEDED;
                    case QUORUM_CHANGE_STATE_UNDER_WAY, QUORUM_CHANGE_STATE_UNSPECIFIED, UNRECOGNIZED ->
                        QuorumStep.State.UNDER_WAY;
                },
                detail,
                voters.stream().map(QuorumNode::getNodeId).toList());
    }
}
