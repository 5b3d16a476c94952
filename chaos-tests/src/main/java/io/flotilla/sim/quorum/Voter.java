package io.flotilla.sim.quorum;

import io.flotilla.quorum.log.ReplicatedCore;
import io.flotilla.quorum.raft.CommandLog;
import io.flotilla.quorum.raft.LeadershipListener;
import io.flotilla.quorum.raft.SubmitOutcome;
import io.flotilla.quorum.raft.SubmitOutcome.Reason;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * One voter's process: applies what is committed to its own core, in order and late, and takes commands if it leads.
 */
public final class Voter implements CommandLog {
    private static final int ENTRIES_AT_ONCE_MAX = 50;
    private static final int COPY_MS_MAX = 2_000;

    private final MetadataLog log;
    private final OsProcess process;
    private final ReplicatedCore core;
    private final LeadershipListener listener;
    private final List<Submission> waiting = new ArrayList<>();
    private long applied;
    private long snapshotAt;
    /** Entries known to be committed. */
    private long known;

    private long term;
    private int leader = MetadataLog.NOBODY;
    /** Elected in this term, and not deposed as far as it knows. */
    private boolean elected;
    /** Entries that must be applied before it may lead. */
    private long neededToLead;

    private boolean ready;
    private boolean applying;

    /** Joins the log; {@code listener} hears when it leads. */
    public Voter(MetadataLog log, OsProcess process, ReplicatedCore core, LeadershipListener listener) {
        this.log = log;
        this.process = process;
        this.core = core;
        this.listener = listener;
    }

    /** Begins to work, with what its disk holds. */
    public void start() {
        log.started(this);
    }

    int node() {
        return process.node();
    }

    OsProcess process() {
        return process;
    }

    long term() {
        return term;
    }

    long applied() {
        return applied;
    }

    /** The voter that leads, where this one knows it. */
    public OptionalInt leader() {
        return leader == MetadataLog.NOBODY ? OptionalInt.empty() : OptionalInt.of(leader);
    }

    @Override
    public boolean isLeader() {
        return elected && ready;
    }

    /** Whether it knows a leader and has applied what it knows to be committed. */
    public boolean isReady() {
        return leader != MetadataLog.NOBODY && applied >= known;
    }

    @Override
    public Optional<String> spaceShortage() {
        return Optional.empty();
    }

    // ---- commands ------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<SubmitOutcome> submit(byte[] command, Duration timeout) {
        Submission submission = new Submission(process);
        LogFaults faults = log.faults();
        double chance = log.random().nextDouble();
        if (!elected || chance < faults.refused()) {
            submission.end(
                    new SubmitOutcome.Refused(Reason.NOT_LEADER, leader(), "voter " + node() + " does not lead"));
        } else if (!ready) {
            submission.end(new SubmitOutcome.Refused(Reason.NOT_READY, leader(), "it was elected just now"));
        } else if (chance < faults.refused() + faults.lost()) {
            submission.endAfter(drawnNanos(3_000), new SubmitOutcome.Unknown("it may have been appended"));
        } else {
            waiting.add(submission);
            boolean leads = log.propose(this, command, submission);
            if (leads && log.random().nextDouble() < faults.doubled()) {
                proposeAgain(command);
            }
            if (log.random().nextDouble() < faults.doubtful()) {
                submission.endAfter(drawnNanos(300), new SubmitOutcome.Unknown("it may yet be applied"));
            }
            submission.endAfter(timeout.toNanos(), new SubmitOutcome.Unknown("there was no answer in time"));
        }
        return submission.outcome();
    }

    /** A copy that comes at once, or when much may have changed. */
    private void proposeAgain(byte[] command) {
        long wait = log.random().nextBoolean() ? 0 : drawnNanos(COPY_MS_MAX);
        process.at(wait, () -> log.propose(this, command, new Submission(process)));
    }

    private long drawnNanos(int msMax) {
        return log.random().nextInt(msMax) * World.MS;
    }

    // ---- leadership ----------------------------------------------------------------------------------------------

    void lead(long entries, long inTerm) {
        if (inTerm < term) {
            return;
        }
        endLeadership();
        term = inTerm;
        leader = node();
        elected = true;
        ready = false;
        neededToLead = entries;
        known = Math.max(known, entries);
        apply();
    }

    void stepDown(long newTerm) {
        if (newTerm > term) {
            term = newTerm;
            leader = MetadataLog.NOBODY;
            endLeadership();
        }
    }

    private void endLeadership() {
        boolean told = ready;
        elected = false;
        ready = false;
        waiting.forEach(submission -> submission.end(new SubmitOutcome.Unknown("another voter was elected")));
        waiting.clear();
        if (told) {
            listener.notLeader();
        }
    }

    /** The leader of a term says that so many entries are committed. */
    void learn(long entries, int by, long inTerm) {
        if (inTerm < term) {
            return;
        }
        if (inTerm > term) {
            term = inTerm;
            endLeadership();
        }
        if (by != node() || elected) {
            leader = by;
        }
        if (entries > known) {
            known = entries;
            plan();
        }
    }

    // ---- the state -----------------------------------------------------------------------------------------------

    private void plan() {
        if (!applying) {
            applying = true;
            boolean late = !elected && log.random().nextInt(10) == 0;
            long lag = late ? log.random().nextLong(log.faults().sizes().lagNanosMax() + 1) : 0;
            process.at(process.delays().threadNanos() + lag, () -> {
                applying = false;
                apply();
            });
        }
    }

    private void apply() {
        for (int i = 0; i < ENTRIES_AT_ONCE_MAX && applied < known; i++) {
            MetadataLog.Entry entry = log.entry(applied);
            if (entry == null) {
                load(log.install());
                known = Math.max(known, applied);
            } else {
                byte[] reply = core.apply(entry.command(), entry.term(), applied + 1);
                answer(reply, entry.term());
                applied++;
            }
        }
        if (applied - snapshotAt >= log.faults().sizes().snapshotEntries()) {
            snapshotAt = applied;
            log.keepSnapshot(this);
        }
        if (applied < known) {
            plan();
        } else if (elected && !ready && applied >= neededToLead) {
            ready = true;
            listener.leaderReady(term);
        }
    }

    private void answer(byte[] reply, long entryTerm) {
        if (!waiting.isEmpty()) {
            long index = applied;
            waiting.removeIf(submission -> {
                if (submission.index() == index) {
                    submission.end(new SubmitOutcome.Applied(reply, entryTerm, index + 1));
                }
                return submission.index() == index || submission.isDone();
            });
        }
    }

    void load(MetadataLog.Snapshot snapshot) {
        try {
            core.load(new ByteArrayInputStream(snapshot.bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        applied = snapshot.entries();
        snapshotAt = applied;
    }

    byte[] capture() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            core.capture().writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
