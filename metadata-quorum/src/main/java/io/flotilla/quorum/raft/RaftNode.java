package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.QuorumChange.Verdict;
import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.ProtoUtils;
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

    /** Blocks until the other node leads, or the time is over. */
    QuorumChange transferLeadership(int toNode, Duration timeout) {
        if (leader().equals(OptionalInt.of(toNode))) {
            return new QuorumChange(Verdict.NOT_NEEDED, "node " + toNode + " leads already");
        }
        if (!leads()) {
            return notLeader();
        }
        if (!membership.includes(toNode)) {
            return new QuorumChange(
                    Verdict.UNKNOWN_VOTER, "node " + toNode + " is not among the voters, of which one leads");
        }
        if (!membership.answering().contains(toNode)) {
            return new QuorumChange(
                    Verdict.REFUSED,
                    "node " + toNode + " does not answer the leader; start it, or choose one of the voters that do: "
                            + membership.answering());
        }
        return handOver(toNode, timeout);
    }

    private QuorumChange handOver(int toNode, Duration timeout) {
        TransferLeadershipRequest request = new TransferLeadershipRequest(
                adminClient,
                server.getId(),
                division.getMemberId().getGroupId(),
                adminCalls.getAndIncrement(),
                Peers.id(toNode),
                timeout.toMillis());
        String trouble;
        try {
            RaftClientReply reply = server.transferLeadershipAsync(request).join();
            if (reply.isSuccess()) {
                return new QuorumChange(Verdict.DONE, "node " + toNode + " leads");
            }
            trouble = String.valueOf(reply.getException());
        } catch (IOException | CompletionException e) {
            trouble = String.valueOf(e.getMessage());
        }
        LOG.info("The leadership was not transferred to node {}: {}", toNode, trouble);
        return new QuorumChange(
                Verdict.FAILED,
                "node " + toNode + " did not take the leadership within " + timeout.toMillis()
                        + " ms; whoever leads goes on, try again");
    }

    /**
     * As {@link MetadataRaft#standWithout} says: what a leader asks of the one that it hands over to, without a leader.
     */
    boolean standWithout(int goneLeader) {
        if (!leader().equals(OptionalInt.of(goneLeader))) {
            return false;
        }
        try {
            TermIndex last = division.getRaftLog().getLastEntryTermIndex();
            return last != null
                    && server.startLeaderElection(handOver(goneLeader, last))
                            .getServerReply()
                            .getSuccess();
        } catch (IOException | IllegalStateException e) { // the latter from a log that was closed meanwhile
            LOG.info("this node cannot stand for election now: {}", e.getMessage());
            return false;
        }
    }

    private StartLeaderElectionRequestProto handOver(int leader, TermIndex last) {
        return StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRequestorId(Peers.id(leader).toByteString())
                        .setReplyId(server.getId().toByteString())
                        .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(
                                division.getMemberId().getGroupId())))
                .setLeaderLastEntry(last.toProto())
                .build();
    }

    /** Blocks until the voter has caught up and counts, or was refused. */
    QuorumChange addVoter(Voter voter, String internalEndpoint) {
        return leads() ? membership.add(voter, internalEndpoint, adminCalls.getAndIncrement()) : notLeader();
    }

    /**
     * Blocks until the voter no longer counts, or the change was refused. A leader does not remove itself: it would
     * close before it has answered. It hands over, and whoever leads then is to be asked.
     */
    QuorumChange removeVoter(int nodeId, Duration timeout) {
        if (!leads()) {
            return notLeader();
        }
        boolean itself = server.getId().equals(Peers.id(nodeId));
        OptionalInt successor = itself ? successor() : OptionalInt.empty();
        if (successor.isEmpty() || membership.hindranceToRemoving(nodeId).isPresent()) {
            return membership.remove(nodeId, adminCalls.getAndIncrement());
        }
        QuorumChange handedOver = handOver(successor.getAsInt(), timeout);
        return handedOver.holds()
                ? new QuorumChange(
                        Verdict.NOT_LEADER, "node " + successor.getAsInt() + " leads now, to remove this one")
                : handedOver;
    }

    /** The voter that answers and has most of the log, this one aside. */
    private OptionalInt successor() {
        List<Integer> answering = membership.answering();
        return status().voters().stream()
                .filter(member -> !server.getId().equals(Peers.id(member.voter().id())))
                .filter(member -> answering.contains(member.voter().id()))
                .max(Comparator.comparingLong(MemberProgress::matchIndex))
                .map(member -> OptionalInt.of(member.voter().id()))
                .orElse(OptionalInt.empty());
    }

    private QuorumChange notLeader() {
        return new QuorumChange(Verdict.NOT_LEADER, "this node does not lead the metadata quorum");
    }

    Optional<String> internalEndpoint(int nodeId) {
        return membership.internalEndpoint(nodeId);
    }

    /**
     * Whether a division that closed by itself did so because this node is no voter any more. It may not have heard how
     * that was decided; then Ratis closes it in the same way as after an election that the disk has spoiled.
     */
    boolean wasRemoved() {
        return !isVoter() || (machine.wasToldToLeave() && membership.hasOthers() && takesWrites());
    }

    private boolean takesWrites() {
        Path probe = division.getRaftStorage()
                .getStorageDir()
                .getCurrentDir()
                .toPath()
                .resolve("probe");
        try {
            DurableFiles.replace(probe, "written to see whether the disk is well\n");
            Files.delete(probe);
            return true;
        } catch (IOException e) {
            LOG.warn("{} takes no writes", probe.getParent(), e);
            return false;
        }
    }

    boolean isVoter() {
        return membership.includesSelf();
    }

    /** Whether there is anything in the log, or in a snapshot, committed or not. */
    boolean hasLog() {
        return division.getRaftLog().getNextIndex() > 0 || snapshots.latest() != null;
    }

    UUID quorumId() {
        return division.getMemberId().getGroupId().getUuid();
    }

    int id() {
        return Peers.nodeId(server.getId()).orElseThrow();
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
