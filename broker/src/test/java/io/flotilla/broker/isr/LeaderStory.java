package io.flotilla.broker.isr;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A leader, broker 1, in a test that reads as a story: time passes and proposals go out as they would in a broker. */
final class LeaderStory implements Contacts {
    static final long MS = 1_000_000L;
    static final long LAG_MS_MAX = 3_000;
    static final int LEADER = 1;
    static final int EPOCH = 7;
    private static final long BROKER_EPOCH = 100;

    private final LeaderState state;
    private final Set<Integer> ineligible = new HashSet<>();
    private final List<IsrProposal> sent = new ArrayList<>();
    private long nowNanos = 1_000 * MS;
    private long controllerHeardAtNanos = nowNanos;
    private CommittedPartition committed;

    LeaderStory(CommittedPartition committed, LeaderStart start) {
        this.committed = committed;
        this.state = new LeaderState(start, committed, IsrSettings.defaults(), nowNanos);
    }

    static List<Integer> isr(Integer... members) {
        return List.of(members);
    }

    static long offset(long offset) {
        return offset;
    }

    /** Three replicas, min ISR 2, an empty log. */
    static LeaderStory leaderWith(List<Integer> isr) {
        return leaderWith(isr, 2, 0);
    }

    /** Three replicas, and a log that holds the offsets below logEnd, none of them known to be committed. */
    static LeaderStory leaderWith(List<Integer> isr, int minIsr, long logEnd) {
        return new LeaderStory(
                new CommittedPartition(EPOCH, 0, replicas(), isr, minIsr),
                new LeaderStart(LEADER, BROKER_EPOCH, logEnd, logEnd, 0));
    }

    static List<ReplicaView> replicas() {
        return List.of(replica(1), replica(2), replica(3));
    }

    static ReplicaView replica(int brokerId) {
        return new ReplicaView(brokerId, 40 + brokerId, BROKER_EPOCH + brokerId);
    }

    static ReplicaReport report(int brokerId, long offset) {
        return new ReplicaReport(brokerId, BROKER_EPOCH + brokerId, 40 + brokerId, 1, offset, 0);
    }

    LeaderStory appendedUpTo(long logEnd) {
        return appendedUnsyncedUpTo(logEnd).syncedUpTo(logEnd);
    }

    LeaderStory appendedUnsyncedUpTo(long logEnd) {
        state.onAppended(logEnd, nowNanos);
        return decide();
    }

    LeaderStory syncedUpTo(long offset) {
        state.onOwnReported(offset, nowNanos);
        return decide();
    }

    LeaderStory fetchedBy(int brokerId, long offset) {
        return fetched(report(brokerId, offset));
    }

    LeaderStory fetched(ReplicaReport report) {
        state.onFetch(report, nowNanos);
        return decide();
    }

    LeaderStory sawRound(int brokerId, long offset, long round) {
        return fetched(new ReplicaReport(brokerId, BROKER_EPOCH + brokerId, 40 + brokerId, 1, offset, round));
    }

    LeaderStory lost(int brokerId) {
        state.onReplicaLost(brokerId, BROKER_EPOCH + brokerId);
        return decide();
    }

    LeaderStory ineligible(int brokerId) {
        ineligible.add(brokerId);
        return this;
    }

    LeaderStory eligible(int brokerId) {
        ineligible.remove(brokerId);
        return this;
    }

    LeaderStory drains() {
        state.drain(nowNanos);
        return decide();
    }

    LeaderStory drainsAsPlanned() {
        state.drainAsPlanned(nowNanos);
        return decide();
    }

    /** Time passes in steps of the loop's tick. */
    LeaderStory after(long ms) {
        for (long left = ms; left > 0; left -= 250) {
            nowNanos += Math.min(left, 250) * MS;
            state.onContacts(nowNanos, this);
            decide();
        }
        return this;
    }

    LeaderStory controllerHeard() {
        controllerHeardAtNanos = nowNanos;
        return this;
    }

    /** The last proposal is committed and this broker has applied it. */
    LeaderStory controllerAgrees() {
        state.onOutcome(lastProposal(), ProposalOutcome.ACCEPTED, nowNanos);
        return metadataShows(lastProposal().brokerIds());
    }

    LeaderStory outcome(ProposalOutcome outcome) {
        state.onOutcome(lastProposal(), outcome, nowNanos);
        return decide();
    }

    LeaderStory metadataShows(List<Integer> isr) {
        return metadataShows(committed.replicas(), isr, committed.minIsr());
    }

    LeaderStory metadataShows(List<ReplicaView> replicas, List<Integer> isr, int minIsr) {
        committed = new CommittedPartition(EPOCH, committed.partitionEpoch() + 1, replicas, isr, minIsr);
        state.onMetadata(committed, nowNanos);
        return decide();
    }

    WriteVerdict mayWrite() {
        return state.mayWrite(nowNanos, this);
    }

    /** The ISR of the last proposal, or the committed one while none was sent since. */
    List<Integer> proposedIsr() {
        return lastSent().map(IsrProposal::brokerIds).orElse(committed.isr());
    }

    IsrProposal lastProposal() {
        return lastSent().orElseThrow(() -> new AssertionError("nothing was proposed"));
    }

    int proposals() {
        return sent.size();
    }

    long highWatermark() {
        return state.highWatermark();
    }

    TreeSet<Integer> maximalIsr() {
        return new TreeSet<>(state.maximalIsr());
    }

    LeaderState state() {
        return state;
    }

    long nowNanos() {
        return nowNanos;
    }

    private Optional<IsrProposal> lastSent() {
        return sent.isEmpty() ? Optional.empty() : Optional.of(sent.get(sent.size() - 1));
    }

    private LeaderStory decide() {
        state.decide(nowNanos, (brokerId, epoch) -> !ineligible.contains(brokerId))
                .ifPresent(sent::add);
        return this;
    }

    @Override
    public long controllerHeardAtNanos() {
        return controllerHeardAtNanos;
    }

    @Override
    public long replicaHeardAtNanos(int brokerId) {
        return Long.MIN_VALUE;
    }
}
