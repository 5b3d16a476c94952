package io.flotilla.quorum.raft;

import io.flotilla.quorum.log.ReplicatedCore;
import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * This node's member of the metadata quorum: commands go in, are replicated, and come out of the core in the same order
 * on every node.
 *
 * <p>Safe for use by any thread. Started and closed by the process; lends nothing of Ratis to anyone.
 */
public final class MetadataRaft implements CommandLog, AutoCloseable {

    /** Larger commands are refused: an entry above 4 MiB would make every leader step down for ever. */
    public static final int COMMAND_BYTES_MAX = 1 << 20;

    private static final byte[] NO_OP = {};

    private final RaftNode node;
    private final Submissions submissions;
    private final RaftRuntime runtime;
    private final FreeSpace space;
    private final Watchdog watchdog;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MetadataRaft(
            RaftNode node, FreeSpace space, Submissions submissions, RaftRuntime runtime, RaftTuning tuning) {
        this.node = node;
        this.space = space;
        this.submissions = submissions;
        this.runtime = runtime;
        this.watchdog = new Watchdog(node, space, this::commitNoOp, runtime, tuning);
    }

    /**
     * Checks the storage, loads the newest snapshot into the core, and joins the quorum. Returns once the Raft port
     * listens; a leader may take an election longer.
     *
     * @throws StorageRefusedException when starting with this storage would endanger the cluster
     * @throws IOException when the disk or the port cannot be used; nothing keeps running then
     */
    public static MetadataRaft start(RaftConfig config, ReplicatedCore core, RaftRuntime runtime) throws IOException {
        Submissions submissions = new Submissions(runtime.pool());
        FreeSpace space = new FreeSpace(config.directory(), config.tuning().freeBytesMin());
        RaftNode node = new RaftStart(config, space, submissions, runtime).start(core);
        MetadataRaft raft = new MetadataRaft(node, space, submissions, runtime, config.tuning());
        raft.watchdog.start();
        return raft;
    }

    /** As the port says; the future completes in the lent pool. */
    @Override
    public CompletableFuture<SubmitOutcome> submit(byte[] command, Duration timeout) {
        if (command.length == 0) {
            throw new IllegalArgumentException("An empty command is a no-op of the log itself; use barrier().");
        }
        return append(command, timeout);
    }

    /**
     * Commits an entry that changes nothing. Applied means: this node led at that moment, and has applied everything
     * that was committed before the call. That is a proof of leadership which a linearizable read of Raft is not.
     */
    public CompletableFuture<SubmitOutcome> barrier(Duration timeout) {
        return append(NO_OP, timeout);
    }

    private CompletableFuture<SubmitOutcome> append(byte[] command, Duration timeout) {
        Submission submission = submissions.open();
        if (command.length > COMMAND_BYTES_MAX) {
            submission.refuse(
                    Reason.TOO_LARGE,
                    OptionalInt.empty(),
                    "The command has " + command.length + " bytes; at most " + COMMAND_BYTES_MAX
                            + " are allowed. Split it.");
        } else {
            node.submit(submission, command, timeout);
        }
        return submission.outcome();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // whatever becomes of it, nobody waits for it
    private void commitNoOp(Duration timeout) {
        barrier(timeout);
    }

    /** The quorum as seen from here. */
    public QuorumStatus status() {
        return node.status();
    }

    /** The node that leads, where this node knows it. */
    public OptionalInt leader() {
        return node.leader();
    }

    @Override
    public boolean isLeader() {
        return node.leads();
    }

    /**
     * Whether this node serves: a leader is known, the group runs, and what is applied is close to what is committed.
     * Never derived from "the process is up".
     */
    public boolean isReady() {
        return node.isReady();
    }

    @Override
    public Optional<String> spaceShortage() {
        return space.shortage();
    }

    /** Whether this node counts for the majority; not so while it waits to be added, and once it was removed. */
    public boolean isVoter() {
        return node.isVoter();
    }

    /** Whether anything is in the log, or in a snapshot, be it applied or not. */
    public boolean hasLog() {
        return node.hasLog();
    }

    /** Identity of the Raft group, another one after a recovery from a lost majority. */
    public UUID quorumId() {
        return node.quorumId();
    }

    /** Whether the storage in a directory has a past: a node without one has to learn of the quorum first. */
    public static boolean hasPast(Path directory) throws IOException {
        return MetaProperties.read(directory.resolve(RaftConfig.IDENTITY_FILE))
                .filter(MetaProperties::formatted)
                .isPresent();
    }

    /**
     * Moves the leadership to another voter. Only the leader can; takes tens of milliseconds. It takes no commands
     * until the other one leads or the time is over.
     */
    public CompletableFuture<QuorumChange> transferLeadership(int toNode, Duration timeout) {
        return CompletableFuture.supplyAsync(() -> node.transferLeadership(toNode, timeout), runtime.pool());
    }

    /**
     * Stands for election at once, without asking the others first whether they miss the leader, too: for when its
     * process is known to be gone. Blocks for as long as Ratis holds its lock. False when another node leads by now, or
     * none is known, or this one cannot stand.
     */
    public boolean standWithout(int leader) {
        return node.standWithout(leader);
    }

    /** How many voters have smaller ids than this one, a leader that is gone aside. */
    public int rankWithout(int leader) {
        int self = node.id();
        return (int) status().voters().stream()
                .map(MemberProgress::voter)
                .filter(voter -> voter.id() < self && voter.id() != leader)
                .count();
    }

    /**
     * Adds a voter that was started with an empty voter list. Only the leader can; the voter catches up first, without
     * counting.
     *
     * @param internalEndpoint "host:port" of its INTERNAL listener, which the quorum remembers with it
     */
    public CompletableFuture<QuorumChange> addVoter(Voter voter, String internalEndpoint) {
        return CompletableFuture.supplyAsync(() -> node.addVoter(voter, internalEndpoint), runtime.pool());
    }

    /** The INTERNAL listener of a voter that was added; empty for one of those that founded the quorum. */
    public Optional<String> internalEndpoint(int nodeId) {
        return node.internalEndpoint(nodeId);
    }

    /**
     * Removes a voter for good. Never to be used merely because its process has stopped: a majority is counted over all
     * voters, and only an operator knows that one is not coming back.
     *
     * @param timeout how long a leader that is to be removed may take to hand over; then the next leader is to be asked
     */
    public CompletableFuture<QuorumChange> removeVoter(int nodeId, Duration timeout) {
        return CompletableFuture.supplyAsync(() -> node.removeVoter(nodeId, timeout), runtime.pool());
    }

    /** Leaves the quorum's traffic in an orderly way; commands without an outcome get one. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            watchdog.close();
            submissions.close("This node is shutting down.");
            node.close();
        }
    }
}
