package io.flotilla.broker.rpc;

import io.flotilla.broker.coordinator.GroupShards;
import io.flotilla.broker.coordinator.MemberStream;
import io.flotilla.broker.group.Assignment;
import io.flotilla.broker.group.Hello;
import io.flotilla.broker.group.StreamOfMember;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.GroupHeartbeat;
import io.flotilla.proto.v1.JoinHello;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.grpc.ServerCall;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One Join stream: brings what the member says to its coordinator, one message at a time, and sends what the
 * coordinator answers and pushes. A member that does not read has its stream ended once too much waits for it, so that
 * no shard waits. gRPC calls it on one thread; answers come from the coordinator's loop. Ends with its call.
 */
final class JoinStream extends ServerCall.Listener<JoinRequest>
        implements MemberStream, AnswerWriter.Rules<JoinResponse> {
    /** Answers and assignments that wait for a member to read; many more than a member that reads ever lets wait. */
    static final int WAITING_MAX = 64;

    private final ServerCall<JoinRequest, JoinResponse> call;
    private final GroupShards shards;
    private final Hello.Peer peer;
    private final AnswerWriter<JoinResponse> answers;
    private final AtomicInteger waiting = new AtomicInteger();
    /** Whoever sets it tells the coordinator, or was told by it. */
    private final AtomicBoolean over = new AtomicBoolean();
    /** Why it ends is told once. */
    private final AtomicBoolean told = new AtomicBoolean();
    /** Set by the hello; read by the writer too. */
    private volatile @Nullable StreamOfMember member;

    JoinStream(ServerCall<JoinRequest, JoinResponse> call, GroupShards shards, Hello.Peer peer) {
        this.call = call;
        this.shards = shards;
        this.peer = peer;
        this.answers = new AnswerWriter<>(call, Runnable::run, this);
    }

    // ---- what the member says ------------------------------------------------------------------------------------

    @Override
    public void onMessage(JoinRequest request) {
        try {
            switch (request.getKindCase()) {
                case HELLO -> hello(request.getHello());
                case HEARTBEAT -> shards.heartbeat(GroupFields.heartbeat(request.getHeartbeat(), introduced()), this);
                case LEAVE -> shards.leave(introduced(), request.getLeave().getGiveUpStaticPlace(), this);
                case KIND_NOT_SET ->
                    throw GroupFields.invalid("the message says nothing: set hello, heartbeat or leave");
            }
        } catch (FlotillaException e) {
            gone();
            end(e.error());
        }
    }

    private void hello(JoinHello message) {
        if (member != null) {
            throw GroupFields.invalid("the stream had its hello already; a new one needs a new stream");
        }
        Hello hello = GroupFields.hello(message, peer);
        member = new StreamOfMember(hello.group(), hello.memberId(), peer.connection());
        shards.hello(hello, this);
    }

    private StreamOfMember introduced() {
        StreamOfMember known = member;
        if (known == null) {
            throw GroupFields.invalid("the first message of a Join stream must be a hello");
        }
        return known;
    }

    /** A member that sends no more is as good as one whose stream broke. */
    @Override
    public void onHalfClose() {
        gone();
        answers.finish();
    }

    @Override
    public void onCancel() {
        gone();
        answers.stop();
    }

    private void gone() {
        StreamOfMember known = member;
        if (over.compareAndSet(false, true) && known != null) {
            shards.disconnected(known);
        }
    }

    // ---- what the coordinator says -------------------------------------------------------------------------------

    @Override
    public void welcome(Assignment assignment) {
        assign(assignment);
        call.request(1);
    }

    @Override
    public void assign(Assignment assignment) {
        send(JoinResponse.newBuilder()
                .setAssignment(GroupFields.assignment(assignment))
                .build());
    }

    @Override
    public void heard(int memberEpoch) {
        send(JoinResponse.newBuilder()
                .setHeartbeat(GroupHeartbeat.newBuilder().setMemberEpoch(memberEpoch))
                .build());
        call.request(1);
    }

    @Override
    public void left() {
        over.set(true);
        answers.finish();
    }

    @Override
    public void end(FlotillaError error) {
        over.set(true);
        if (!told.compareAndSet(false, true)) {
            return;
        }
        answers.add(JoinResponse.newBuilder().setError(Errors.toMessage(error)).build());
        answers.finish();
    }

    private void send(JoinResponse answer) {
        if (waiting.incrementAndGet() <= WAITING_MAX) {
            answers.add(answer);
            return;
        }
        gone();
        var status = StatusErrors.toStatus(FlotillaError.notApplied(
                ErrorCode.OVERLOADED, "the member has not read " + WAITING_MAX + " messages of its coordinator"));
        answers.fail(status.getStatus(), StatusTrailers.of(status));
    }

    // ---- the way to the member -----------------------------------------------------------------------------------

    @Override
    public void onReady() {
        answers.resume();
    }

    @Override
    public void onWritten(JoinResponse answer) {
        waiting.decrementAndGet();
    }
}
