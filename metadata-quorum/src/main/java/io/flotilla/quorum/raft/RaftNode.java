package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running Ratis server of this node, in our words: the only class that asks and stops it. */
final class RaftNode implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);
    private static final long SNAPSHOT_TIMEOUT_MS = 60_000;

    /** A node that has applied up to this many entries less than are committed counts as caught up. */
    private static final long APPLY_LAG_MAX = 1_000;

    private final RaftServer server;
    private final RaftServer.Division division;
    private final CoreStateMachine machine;
    private final Snapshots snapshots;
    private final LeadershipEvents leadership;
    private final DirectoryLock lock;
    private final Submissions submissions;
    private final RaftRuntime runtime;

    /** Ids of administrative requests; they share no client id with commands. */
    private final ClientId adminClient = ClientId.randomId();

    private final AtomicLong adminCalls = new AtomicLong();
    private final Membership membership;

    RaftNode(Parts parts, Submissions submissions, RaftRuntime runtime) {
        this.server = parts.server();
        this.division = parts.division();
        this.machine = parts.machine();
        this.snapshots = parts.snapshots();
        this.leadership = parts.leadership();
        this.lock = parts.lock();
        this.submissions = submissions;
        this.runtime = runtime;
        this.membership = new Membership(server, division, adminClient);
    }

    /** What a start has brought up, and this node closes. */
    record Parts(
            RaftServer server,
            RaftServer.Division division,
            CoreStateMachine machine,
            Snapshots snapshots,
            LeadershipEvents leadership,
            DirectoryLock lock) {}

    /** Hands the command to Raft from the pool: Ratis blocks its caller until the entry is appended. */
    void submit(Submission submission, byte[] command, Duration timeout) {
        submission.expiresBy(runtime.timer()
                .schedule(
                        () -> submission.giveUp(Reason.TIMED_OUT, "No outcome within " + timeout.toMillis() + " ms."),
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS));
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(submissions.clientId())
                .setServerId(server.getId())
                .setGroupId(division.getMemberId().getGroupId())
                .setCallId(submission.callId())
                .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(command)))
                .setType(RaftClientRequest.writeRequestType())
                .setTimeoutMs(timeout.toMillis())
                .build();
        try {
            runtime.pool().execute(() -> submit(submission, request));
        } catch (RejectedExecutionException e) {
            submission.refuse(Reason.OVERLOADED, OptionalInt.empty(), "The pool for submissions is full or closed.");
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is the last stage, and does not throw
    private void submit(Submission submission, RaftClientRequest request) {
        if (submission.isAbandoned()) {
            return;
        }
        CompletableFuture<RaftClientReply> reply;
        try {
            reply = server.submitClientRequestAsync(request);
        } catch (IOException | RuntimeException e) {
            reply = CompletableFuture.failedFuture(e);
        }
        reply.whenComplete((answer, failure) -> Replies.settleIfNotAppended(submission, answer, failure));
    }

    /** Asks Raft to call takeSnapshot on its apply thread soon. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback is the last stage, and does not throw
    void requestSnapshot() {
        SnapshotManagementRequest request = SnapshotManagementRequest.newCreate(
                adminClient,
                server.getId(),
                division.getMemberId().getGroupId(),
                adminCalls.getAndIncrement(),
                SNAPSHOT_TIMEOUT_MS,
                1);
        try {
            server.snapshotManagementAsync(request).whenComplete((reply, failure) -> {
                if (failure != null) {
                    LOG.info("A snapshot was not taken now: {}", failure.getMessage());
                }
            });
        } catch (RuntimeException e) {
            LOG.info("A snapshot was not taken now: {}", e.getMessage());
        }
    }

    /** Asks for a snapshot if anything was applied since the last one. */
    void requestSnapshotIfNews() {
        if (snapshots.hasNews()) {
            requestSnapshot();
        }
    }

    /** Asks for a snapshot if the log before it takes more of this disk than it would. */
    void requestSnapshotIfItSaves(FreeSpace space) {
        if (snapshots.wouldSave(space)) {
            requestSnapshot();
        }
    }

    boolean transferLeadership(int toNode, Duration timeout) {
        TransferLeadershipRequest request = new TransferLeadershipRequest(
                adminClient,
                server.getId(),
                division.getMemberId().getGroupId(),
                adminCalls.getAndIncrement(),
                Peers.id(toNode),
                timeout.toMillis());
        try {
            return server.transferLeadershipAsync(request).join().isSuccess();
        } catch (IOException | CompletionException e) {
            LOG.info("The leadership was not transferred to node {}: {}", toNode, e.getMessage());
            return false;
        }
    }

    boolean addVoter(Voter voter) {
        return membership.add(voter, adminCalls.getAndIncrement());
    }

    boolean removeVoter(int nodeId) {
        return membership.remove(nodeId, adminCalls.getAndIncrement());
    }

    boolean isVoter() {
        return membership.includesSelf();
    }

    OptionalInt leader() {
        return Peers.nodeId(division.getInfo().getLeaderId());
    }

    boolean leads() {
        DivisionInfo info = division.getInfo();
        return info.isLeader() && info.isLeaderReady();
    }

    boolean isReady() {
        DivisionInfo info = division.getInfo();
        return info.getLifeCycleState() == LifeCycle.State.RUNNING
                && (info.isLeader() ? info.isLeaderReady() : info.getLeaderId() != null)
                && division.getRaftLog().getLastCommittedIndex() - info.getLastAppliedIndex() <= APPLY_LAG_MAX;
    }

    QuorumStatus status() {
        DivisionInfo info = division.getInfo();
        long applied = machine.getLastAppliedTermIndex().getIndex();
        long committed = Math.max(division.getRaftLog().getLastCommittedIndex(), applied);
        return new QuorumStatus(leader(), info.getCurrentTerm(), committed, applied, Members.of(division));
    }

    /** The division's own state: the server says RUNNING also when the division is long closed. */
    LifeCycle.State lifeCycle() {
        return division.getInfo().getLifeCycleState();
    }

    void verifyLeadership() {
        leadership.reconcile(() -> leads() ? division.getInfo().getCurrentTerm() : LeadershipEvents.NONE);
    }

    @Override
    public void close() {
        machine.release();
        try (lock) {
            server.close();
        } catch (IOException e) {
            LOG.warn("The Raft server did not close cleanly", e);
        }
        leadership.lost();
    }
}
