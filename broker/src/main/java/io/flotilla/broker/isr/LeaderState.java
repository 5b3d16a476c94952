package io.flotilla.broker.isr;

import io.flotilla.model.error.Invariant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One leadership of a partition, from its election to its end: how far each replica is, the high watermark, and the ISR
 * that the leader wants. Owned by the partition's loop; a later leadership gets a new one. Rules: R2-R5, R8, R12-R15,
 * R17 of the replication design.
 */
public final class LeaderState {
    private final LeaderStart start;
    private final IsrSettings settings;
    private final long beganAtNanos;
    private final FollowerProgress own;
    private final Followers followers;
    private final WriteGuard guard;
    private final EndSamples samples;
    private final IsrChange change = new IsrChange();

    private CommittedPartition committed;
    /** Offset of the next record; never goes back. */
    private long logEnd;
    /** The leader holds all offsets below this at the topic's durability; at most logEnd. */
    private long ownReported;
    /**
     * Every member of the maximal ISR holds all offsets below this; at most ownReported once it moved; never goes back.
     */
    private long highWatermark;
    /** Number of questions about the end of the log. */
    private long round;
    /** No proposal before this. */
    private long proposeAtNanos;

    public LeaderState(LeaderStart start, CommittedPartition committed, IsrSettings settings, long nowNanos) {
        this.start = start;
        this.settings = settings;
        this.beganAtNanos = nowNanos;
        this.committed = committed;
        this.own = new FollowerProgress(start.brokerId(), FollowerProgress.NOTHING, nowNanos);
        this.followers = new Followers(start.brokerId());
        this.guard = new WriteGuard(settings, nowNanos);
        this.samples = new EndSamples(settings.lagNanosMax(), settings.sampleNanos());
        this.logEnd = start.logEnd();
        this.ownReported = start.reportedOffset();
        this.highWatermark = start.highWatermark();
        this.proposeAtNanos = nowNanos;
        samples.take(nowNanos, logEnd);
        adopt(committed, nowNanos);
    }

    // ---- what happens -------------------------------------------------------------------------------------------

    /** The leader appended up to the offset. */
    public void onAppended(long newLogEnd, long nowNanos) {
        Invariant.check(newLogEnd >= logEnd, "a leader's log went back from %d to %d", logEnd, newLogEnd);
        samples.take(nowNanos, logEnd);
        logEnd = newLogEnd;
    }

    /** The leader itself holds all offsets below this at the topic's durability. */
    public void onOwnReported(long offset, long nowNanos) {
        Invariant.check(offset <= logEnd, "reported offset %d lies above the log end %d", offset, logEnd);
        ownReported = Math.max(ownReported, offset);
        own.take(ownReport(), lateness(nowNanos));
        advance();
    }

    /** Compares the epoch that another broker shows; a newer one ends this leader's writing (R13). */
    public EpochVerdict onEpochShown(int epoch) {
        if (epoch == committed.leaderEpoch()) {
            return EpochVerdict.CURRENT;
        }
        if (epoch < committed.leaderEpoch()) {
            return EpochVerdict.STALE;
        }
        guard.onNewerEpoch();
        return EpochVerdict.NEWER;
    }

    /** Judges a follower's message without believing its offset: for questions that come before its log agrees. */
    public ReportVerdict judge(ReplicaReport report) {
        FollowerProgress progress = followers.find(report.brokerId());
        return progress == null ? ReportVerdict.UNKNOWN_REPLICA : progress.judge(report);
    }

    /** A fetch in this epoch by a follower whose log agrees with ours up to the offset that it fetches from. */
    public ReportVerdict onFetch(ReplicaReport report, long nowNanos) {
        ReportVerdict verdict = judge(report);
        if (verdict == ReportVerdict.TAKEN) {
            FollowerProgress progress = followers.get(report.brokerId());
            progress.enter(report);
            progress.take(report, lateness(nowNanos));
            advance();
        }
        return verdict;
    }

    /** A report between fetches; it counts only in a session whose log was found to agree. */
    public ReportVerdict onReport(ReplicaReport report, long nowNanos) {
        ReportVerdict verdict = judge(report);
        if (verdict != ReportVerdict.TAKEN) {
            return verdict;
        }
        FollowerProgress progress = followers.get(report.brokerId());
        if (!progress.matches(report)) {
            return ReportVerdict.LATE;
        }
        progress.take(report, lateness(nowNanos));
        advance();
        return verdict;
    }

    /** The run of a broker behind a replica stream is proven dead: stream closed, then a refused probe. */
    public void onReplicaLost(int brokerId, long brokerEpoch) {
        FollowerProgress progress = followers.find(brokerId);
        if (progress != null && progress.lose(brokerEpoch)) {
            proposeAtNanos = beganAtNanos;
        }
    }

    /** Applied metadata shows a new state of this leadership. */
    public void onMetadata(CommittedPartition applied, long nowNanos) {
        Invariant.check(
                applied.leaderEpoch() == committed.leaderEpoch(),
                "leader epoch %d is not %d: another leadership needs another state",
                applied.leaderEpoch(),
                committed.leaderEpoch());
        if (applied.partitionEpoch() < committed.partitionEpoch()) {
            return;
        }
        List<Integer> taken = takenOut(applied);
        change.onPartitionEpoch(applied.partitionEpoch());
        adopt(applied, nowNanos);
        if (!taken.isEmpty()) {
            round++;
            taken.stream().map(followers::find).filter(Objects::nonNull).forEach(each -> each.mustEcho(round));
        }
    }

    /** Members that leave the ISR although this leader has not proposed it. */
    private List<Integer> takenOut(CommittedPartition applied) {
        return committed.isr().stream()
                .filter(id -> id != start.brokerId() && !applied.isr().contains(id))
                .filter(id -> !change.underWay() || change.members().contains(id))
                .toList();
    }

    /** What became of a proposal that {@link #decide} returned. */
    public void onOutcome(IsrProposal proposal, ProposalOutcome outcome, long nowNanos) {
        long retryAtNanos = nowNanos + settings.retryNanos();
        if (change.onOutcome(proposal, outcome, retryAtNanos)) {
            proposeAtNanos = retryAtNanos;
            if (outcome == ProposalOutcome.INELIGIBLE) {
                proposal.brokerIds().stream()
                        .filter(id -> !committed.isr().contains(id))
                        .forEach(id -> followers.get(id).mayNotJoinBefore(nowNanos + 5 * settings.retryNanos()));
            }
            followers.rememberMaximal(maximalIsr());
            advance();
        }
    }

    /** Before the process ends (R14): writes are refused, and once all is acknowledged the leader resigns. */
    public void drain(long nowNanos) {
        guard.drain(nowNanos);
    }

    /** The same for another leader that the controller planned; only for as long as the controller is there (R13). */
    public void drainAsPlanned(long nowNanos) {
        guard.drainAsPlanned(nowNanos);
    }

    /** Gives up a planned move: writes are taken again. */
    public void endDrain() {
        guard.endDrain();
    }

    /** Looks at who was heard; before {@link #decide}, when time has passed. */
    public void onContacts(long nowNanos, Contacts contacts) {
        guard.onContacts(nowNanos, contacts);
    }

    // ---- what it wants ------------------------------------------------------------------------------------------

    /** The proposal to send now, if any. Called after each event that may matter, and at every tick. */
    public Optional<IsrProposal> decide(long nowNanos, Eligibility eligibility) {
        samples.take(nowNanos, logEnd);
        if (change.underWay()) {
            return change.settleDue(nowNanos)
                    ? Optional.of(change.settle(proposal(committed.isr(), false)))
                    : Optional.empty();
        }
        if (nowNanos - proposeAtNanos < 0) {
            return Optional.empty();
        }
        if (wantsToResign(nowNanos, eligibility)) {
            return begin(proposal(committed.isr(), true));
        }
        List<Integer> wanted = wantedIsr(nowNanos, eligibility);
        return wanted.equals(committed.isr()) ? Optional.empty() : begin(proposal(wanted, false));
    }

    /** Whether writes are taken now; asked before every append. */
    public WriteVerdict mayWrite(long nowNanos, Contacts contacts) {
        return guard.verdict(nowNanos, contacts, committed, followers);
    }

    /**
     * Registers a question about the end of the log (R15); the round goes out with every later answer to a follower.
     */
    public long askEnd() {
        return ++round;
    }

    /** Whether followers are to be answered, so that they echo the round, although there are no records for them. */
    public boolean awaitsEcho() {
        return followers.oweEcho();
    }

    /**
     * Whether a question of this round may be answered: nobody can have led a later epoch when it came. Below min ISR
     * the members prove nothing, for an eligible replica outside the ISR may be elected without them (R6).
     */
    public boolean mayAnswerEnd(long askedRound) {
        return !guard.deposed()
                && !committed.belowMinIsr()
                && highWatermark >= start.logEnd()
                && followers.maximalSaw(askedRound);
    }

    /** Whether time alone may change what this leader wants. */
    public boolean needsTicks() {
        return change.underWay()
                || guard.drains()
                || ownReported < logEnd
                || followers.all().anyMatch(follower -> follower.unsettled(committed, logEnd));
    }

    // ---- what it shows ------------------------------------------------------------------------------------------

    public int leaderEpoch() {
        return committed.leaderEpoch();
    }

    public CommittedPartition committed() {
        return committed;
    }

    /** Committed ISR union the ISR of a change under way, ascending. */
    public List<Integer> maximalIsr() {
        TreeSet<Integer> union = new TreeSet<>(committed.isr());
        union.addAll(change.members());
        return List.copyOf(union);
    }

    /** Offset at which this leadership began. */
    public long epochStart() {
        return start.logEnd();
    }

    public long logEnd() {
        return logEnd;
    }

    public long ownReported() {
        return ownReported;
    }

    public long highWatermark() {
        return highWatermark;
    }

    public long round() {
        return round;
    }

    /** What a replica reported in this epoch, -1 for nothing. */
    public long reportedBy(int brokerId) {
        if (brokerId == start.brokerId()) {
            return ownReported;
        }
        FollowerProgress progress = followers.find(brokerId);
        return progress == null ? FollowerProgress.NOTHING : progress.reportedOffset();
    }

    // ---- inside -------------------------------------------------------------------------------------------------

    private Optional<IsrProposal> begin(IsrProposal proposal) {
        change.begin(proposal);
        followers.rememberMaximal(maximalIsr());
        return Optional.of(proposal);
    }

    private IsrProposal proposal(List<Integer> isr, boolean resign) {
        List<IsrMember> members =
                isr.stream().map(id -> new IsrMember(id, brokerEpochOf(id))).toList();
        return new IsrProposal(committed.leaderEpoch(), committed.partitionEpoch(), members, resign);
    }

    /**
     * The epoch of the member's own stream. A committed member that has not fetched yet is named by its registration in
     * the same metadata that shows it in the ISR: registering anew would have taken it out (R6).
     */
    private long brokerEpochOf(int brokerId) {
        if (brokerId == start.brokerId()) {
            return start.brokerEpoch();
        }
        long stream = followers.get(brokerId).streamBrokerEpoch();
        if (stream != FollowerProgress.NOTHING) {
            return stream;
        }
        return committed.replicas().stream()
                .filter(replica -> replica.brokerId() == brokerId)
                .mapToLong(ReplicaView::brokerEpoch)
                .findFirst()
                .orElse(FollowerProgress.NOTHING);
    }

    private boolean wantsToResign(long nowNanos, Eligibility eligibility) {
        boolean drained = guard.draining() && (highWatermark >= logEnd || guard.drainOver(nowNanos));
        boolean diskIsLate = ownReported < logEnd && own.late(lateness(nowNanos));
        return (drained || diskIsLate)
                && followers
                        .members(committed)
                        .anyMatch(follower -> follower.stays(lateness(nowNanos))
                                && follower.reportedOffset() >= highWatermark
                                && eligibility.mayJoin(follower.brokerId(), brokerEpochOf(follower.brokerId())));
    }

    private List<Integer> wantedIsr(long nowNanos, Eligibility eligibility) {
        Lateness lateness = lateness(nowNanos);
        long joinOffset = Math.max(highWatermark, start.logEnd());
        Stream<Integer> wanted = followers
                .all()
                .filter(follower -> committed.isr().contains(follower.brokerId())
                        ? follower.stays(lateness)
                        : follower.joins(joinOffset, lateness, eligibility))
                .map(FollowerProgress::brokerId);
        return Stream.concat(Stream.of(start.brokerId()), wanted).sorted().toList();
    }

    private Lateness lateness(long nowNanos) {
        return new Lateness(nowNanos, logEnd, samples, settings.lagNanosMax());
    }

    private void adopt(CommittedPartition applied, long nowNanos) {
        committed = applied;
        followers.adopt(applied.replicas(), nowNanos);
        followers.rememberMaximal(maximalIsr());
        own.take(ownReport(), lateness(nowNanos));
        advance();
    }

    private void advance() {
        if (!committed.belowMinIsr()) {
            highWatermark = Math.max(highWatermark, followers.heldByMaximal(ownReported));
        }
    }

    private ReplicaReport ownReport() {
        return new ReplicaReport(
                start.brokerId(), start.brokerEpoch(), FollowerProgress.NOTHING, 0, ownReported, round);
    }
}
