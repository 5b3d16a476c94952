package io.flotilla.quorum.raft;

import io.flotilla.quorum.log.ReplicatedCore;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the contract between Ratis and the core. What Ratis punishes (a throw, a failed future, a slow snapshot) never
 * leaves this class; what the core may not survive stops the process instead.
 *
 * <p>Apply, snapshot and reload run on Ratis's one updater thread; startTransaction runs in parallel on client threads;
 * preAppendTransaction runs in log order under Raft's own lock.
 */
final class CoreStateMachine extends BaseStateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(CoreStateMachine.class);

    private final ReplicatedCore core;
    private final Submissions submissions;
    private final Snapshots snapshots;
    private final LeadershipEvents leadership;
    private final FatalStop fatal;

    /**
     * Stays incomplete while a halted node waits for its end, so that no replica takes a half-applied entry for done.
     */
    private final CompletableFuture<Message> halted = new CompletableFuture<>();

    private volatile boolean broken;

    /** Whether other voters have answered that this node is none of them. */
    private volatile boolean toldToLeave;

    private volatile RaftServer.@Nullable Division division;

    /** Term of the configuration entry that is being applied; updater thread only. */
    private long configurationTerm;

    CoreStateMachine(
            ReplicatedCore core,
            Submissions submissions,
            Snapshots snapshots,
            LeadershipEvents leadership,
            FatalStop fatal) {
        this.core = core;
        this.submissions = submissions;
        this.snapshots = snapshots;
        this.leadership = leadership;
        this.fatal = fatal;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        super.initialize(server, group, storage);
        snapshots.open(storage);
        loadLatestSnapshot();
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    /** Called where a leader's snapshot is about to be put in place; nothing of ours stays open between calls. */
    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().transition(LifeCycle.State.STARTING);
        TermIndex at = loadLatestSnapshot();
        if (at != null) {
            submissions.historySkippedTo(at.getTerm());
        }
        getLifeCycle().transition(LifeCycle.State.RUNNING);
    }

    private @Nullable TermIndex loadLatestSnapshot() throws IOException {
        SingleFileSnapshotInfo latest = snapshots.latest();
        if (latest == null) {
            return null;
        }
        snapshots.load(latest, core);
        setLastAppliedTermIndex(latest.getTermIndex());
        LOG.info(
                "Loaded snapshot {} of {} bytes",
                latest.getTermIndex(),
                latest.getFile().getFileSize());
        return latest.getTermIndex();
    }

    /**
     * Never throws: a repetition with the same call id would then hang for ever. Only this process's own commands are
     * taken, because Ratis's client port authorises nobody.
     */
    @Override
    public TransactionContext startTransaction(RaftClientRequest request) {
        Submission submission = submissions.find(request.getClientId(), request.getCallId());
        TransactionContext transaction = TransactionContext.newBuilder()
                .setStateMachine(this)
                .setClientRequest(request)
                .setStateMachineContext(submission)
                .build();
        if (submission == null || submission.isAbandoned()) {
            transaction.setException(refusal("This command was not submitted by this process, or was given up."));
        }
        return transaction;
    }

    /** The point of no return of a command; the exception does not cost the leadership. */
    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) throws StateMachineException {
        if (!(transaction.getStateMachineContext() instanceof Submission submission)
                || !submission.beginAppend(currentTerm())) {
            throw refusal("The command was given up before it reached the log.");
        }
        return transaction;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        if (broken) {
            return halted;
        }
        LogEntryProto entry = transaction.getLogEntry();
        try {
            byte[] reply = apply(entry);
            updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
            snapshots.applied(entry.getStateMachineLogEntry().getLogData().size());
            if (snapshots.isDue()) {
                snapshots.prepare(core.capture(), getLastAppliedTermIndex());
            }
            return CompletableFuture.completedFuture(Message.valueOf(ByteString.copyFrom(reply)));
        } catch (Throwable invariantBreach) {
            halt("Applying entry " + entry.getIndex() + " of term " + entry.getTerm() + " failed.", invariantBreach);
            return halted;
        }
    }

    private byte[] apply(LogEntryProto entry) {
        StateMachineLogEntryProto command = entry.getStateMachineLogEntry();
        submissions.termReached(entry.getTerm());
        byte[] bytes = command.getLogData().toByteArray();
        byte[] reply = bytes.length == 0 ? bytes : core.apply(bytes, entry.getTerm(), entry.getIndex());
        Submission submission = submissions.find(ClientId.valueOf(command.getClientId()), command.getCallId());
        if (submission != null) {
            submission.settle(new SubmitOutcome.Applied(reply, entry.getTerm(), entry.getIndex()));
        }
        return reply;
    }

    /** Publishes what was prepared; with nothing at hand it starts preparing and lets the apply thread go on. */
    @Override
    public long takeSnapshot() {
        if (broken || getLifeCycleState() != LifeCycle.State.RUNNING) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        try {
            TermIndex published = snapshots.publish();
            if (published != null) {
                return published.getIndex();
            }
            snapshots.prepare(core.capture(), getLastAppliedTermIndex());
        } catch (IOException e) {
            LOG.error("The snapshot could not be published; the log keeps growing until one succeeds", e);
        } catch (RuntimeException e) {
            halt("Capturing the state for a snapshot failed.", e);
        }
        return RaftLog.INVALID_LOG_INDEX;
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshots.storage();
    }

    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        if (!broken) {
            submissions.termReached(term);
            super.notifyTermIndexUpdated(term, index);
        }
    }

    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        configurationTerm = term;
    }

    /** Comes right after the term's own configuration entry was applied, on the same thread. */
    @Override
    public void notifyLeaderReady() {
        if (!broken) {
            leadership.ready(configurationTerm);
        }
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pendingEntries) {
        leadership.lost();
    }

    /** Ratis closes the division of a candidate that is out of the configuration, or whose election went wrong. */
    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean everyGroup) {
        toldToLeave = !everyGroup;
    }

    boolean wasToldToLeave() {
        return toldToLeave;
    }

    /** A log that failed to write stays failed until the process starts again; leading or voting would be a lie. */
    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
        halt("The Raft log failed; free space and check the disk, then start this node again.", cause);
    }

    /** Lets Ratis's updater thread end where a halted node is closed in an orderly way. */
    void release() {
        halted.complete(Message.EMPTY);
    }

    private void halt(String reason, Throwable cause) {
        broken = true;
        LOG.error("{} This node stops.", reason, cause);
        submissions.close(reason);
        fatal.stop(reason, cause);
    }

    private long currentTerm() throws StateMachineException {
        RaftServer.Division known = division;
        if (known == null) {
            try {
                known = getServer().join().getDivision(getGroupId());
            } catch (IOException e) {
                throw new StateMachineException("The Raft group is closed.", e, false);
            }
            division = known;
        }
        return known.getInfo().getCurrentTerm();
    }

    private static StateMachineException refusal(String message) {
        return new StateMachineException(message, false);
    }
}
