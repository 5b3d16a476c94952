package io.flotilla.broker.partition;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.isr.Contacts;
import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.isr.ProposalOutcome;
import io.flotilla.broker.isr.ReplicaView;
import io.flotilla.broker.log.DirectorySpace;
import io.flotilla.broker.log.Flusher;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.log.RestartableLog;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.Durability;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One real partition on broker 1, with the rest of the cluster played by the test. */
final class PartitionStory implements Contacts, PartitionEvents {
    static final long MS = 1_000_000L;
    static final int EPOCH = 7;
    static final long FREE_BYTES_MIN = 4_000;
    private static final long BROKER_EPOCH = 100;

    final ManualClock clock = new ManualClock();
    final RestartableLog storage;
    final List<IsrProposal> proposals = new ArrayList<>();
    final List<Consumer<ProposalOutcome>> outcomes = new ArrayList<>();
    final List<ReplicaQuestion> asked = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final PartitionLoop loop;
    final Partition partition;
    final Flusher flusher;
    final DirectorySpace space;
    private final ArrayDeque<Runnable> syncs = new ArrayDeque<>();
    private final ArrayDeque<Runnable> logFiles = new ArrayDeque<>();
    private boolean syncsHeld;
    private long controllerHeardAtNanos;
    private CommittedPartition committed = new CommittedPartition(EPOCH, 0, List.of(), List.of(), 1);

    PartitionStory(Durability durability) {
        this(durability, new RestartableLog("disk"));
    }

    private PartitionStory(Durability durability, RestartableLog storage) {
        this.storage = storage;
        flusher = new Flusher(syncs::add, storage.health(), () -> {});
        space = new DirectorySpace(storage.disk(), FREE_BYTES_MIN);
        loop = new PartitionLoop(new LoopSettings(64, 64, 50 * MS), clock);
        PartitionPorts ports = new PartitionPorts(
                1,
                clock,
                (id, proposal, outcome) -> {
                    proposals.add(proposal);
                    outcomes.add(outcome);
                },
                (leader, id, question) -> asked.add(question),
                (broker, epoch) -> true,
                this,
                new ReplicaSessions(),
                broker -> "host" + broker + ":9092",
                this,
                logFiles::add);
        PartitionConfig config = new PartitionConfig(
                new PartitionId(new TopicId(new UUID(1, 1)), 0),
                storage.log(),
                flusher,
                space,
                loop,
                ports,
                PartitionSettings.defaults());
        partition = new Partition(config, new TopicBounds(durability, 1_000));
        controllerHeardAtNanos = clock.nanos();
    }

    static PartitionStory synced() {
        return new PartitionStory(Durability.SYNCED);
    }

    /** The broker after a crash, on the same disk. */
    static PartitionStory restartedFrom(PartitionStory before) {
        before.storage.crash(new Random(7));
        return new PartitionStory(Durability.SYNCED, before.storage);
    }

    static PartitionStory replicated() {
        return new PartitionStory(Durability.REPLICATED);
    }

    // ---- metadata ------------------------------------------------------------------------------------------------

    PartitionStory leads(Integer... isr) {
        return leadsIn(EPOCH, isr);
    }

    PartitionStory leadsIn(int epoch, Integer... isr) {
        return leadsWith(epoch, 0, 2, isr);
    }

    PartitionStory leadsWith(int epoch, int partitionEpoch, int minIsr, Integer... isr) {
        List<ReplicaView> replicas =
                List.of(new ReplicaView(1, 41, 101), new ReplicaView(2, 42, 102), new ReplicaView(3, 43, 103));
        committed = new CommittedPartition(epoch, partitionEpoch, replicas, List.of(isr), minIsr);
        partition.becomeLeader(committed, BROKER_EPOCH + 1);
        return settle();
    }

    /** The last proposal is committed and applied here. */
    PartitionStory controllerAgrees() {
        IsrProposal proposal = proposals.get(proposals.size() - 1);
        outcomes.get(outcomes.size() - 1).accept(ProposalOutcome.ACCEPTED);
        return leadsWith(
                committed.leaderEpoch(),
                committed.partitionEpoch() + 1,
                committed.minIsr(),
                proposal.brokerIds().toArray(Integer[]::new));
    }

    PartitionStory follows(int leader, int epoch) {
        partition.becomeFollower(new FollowerAssignment(leader, epoch, 0, 41));
        return settle();
    }

    // ---- clients -------------------------------------------------------------------------------------------------

    Heard<AppendResult> produce(Acks acks, long... values) {
        return produce(acks, TestBatches.of(values));
    }

    Heard<AppendResult> produce(Acks acks, ByteBuffer batches) {
        return produce(acks, batches, 30_000);
    }

    Heard<AppendResult> produce(Acks acks, ByteBuffer batches, long timeoutMs) {
        Heard<AppendResult> heard = submit(acks, batches, timeoutMs);
        settle();
        return heard;
    }

    /** Hands the batches to the loop without letting it run. */
    Heard<AppendResult> submit(Acks acks, ByteBuffer batches, long timeoutMs) {
        Heard<AppendResult> heard = new Heard<>();
        partition.append(new AppendRequest(caller(timeoutMs), Partition.ANY_EPOCH, acks, batches), heard);
        return heard;
    }

    /** From a client that knows this leader epoch. */
    Heard<AppendResult> produceIn(int epoch, ByteBuffer batches) {
        Heard<AppendResult> heard = new Heard<>();
        partition.append(new AppendRequest(caller(1_000), epoch, Acks.ALL, batches), heard);
        settle();
        return heard;
    }

    private CallContext caller(long timeoutMs) {
        return new CallContext("anonymous", "test", "CLIENT", clock.nanos() + timeoutMs * MS, "");
    }

    Heard<FetchAnswer> consume(long offset, long waitMs) {
        Heard<FetchAnswer> heard = new Heard<>();
        consume(offset, waitMs, 1, heard);
        return heard;
    }

    Cancellation consume(long offset, long waitMs, int minBytes, Heard<FetchAnswer> heard) {
        FetchQuestion question =
                new FetchQuestion(Partition.ANY_EPOCH, offset, 1 << 20, minBytes, clock.nanos() + waitMs * MS, 1 << 20);
        Cancellation cancellation = partition.fetch(question, heard);
        settle();
        return cancellation;
    }

    Heard<OffsetSearch> ask(OffsetSpec spec) {
        Heard<OffsetSearch> heard = new Heard<>();
        partition.findOffset(new OffsetQuestion(Partition.ANY_EPOCH, spec, 0, Long.MAX_VALUE), heard);
        settle();
        return heard;
    }

    // ---- replicas ------------------------------------------------------------------------------------------------

    Heard<ReplicaAnswer> fetchedBy(int follower, long logEnd, int lastEpoch) {
        return fetchedBy(follower, logEnd, lastEpoch, 0);
    }

    Heard<ReplicaAnswer> fetchedBy(int follower, long logEnd, int lastEpoch, long seenRound) {
        ReplicaWish wish = new ReplicaWish.Fetch(logEnd, logEnd, lastEpoch, 0, 1 << 20);
        return asks(follower, new ReplicaQuestion(committed.leaderEpoch(), 40 + follower, 1, seenRound, wish));
    }

    /** By a follower that has given up all below a start for good. */
    Heard<ReplicaAnswer> fetchedFrom(int follower, long logStart, long logEnd) {
        ReplicaWish wish = new ReplicaWish.Fetch(logEnd, logEnd, committed.leaderEpoch(), logStart, 1 << 20);
        return asks(follower, new ReplicaQuestion(committed.leaderEpoch(), 40 + follower, 1, 0, wish));
    }

    Heard<Long> deletesBelow(long offset, long timeoutMs) {
        Heard<Long> heard = new Heard<>();
        partition.deleteRecords(new DeletionQuestion(offset, clock.nanos() + timeoutMs * MS), heard);
        settle();
        return heard;
    }

    Heard<ReplicaAnswer> asks(int follower, ReplicaQuestion question) {
        Heard<ReplicaAnswer> heard = new Heard<>();
        partition.onReplicaQuestion(stream(follower), question, heard);
        settle();
        return heard;
    }

    static FollowerStream stream(int follower) {
        return new FollowerStream(follower, BROKER_EPOCH + follower, 1);
    }

    /** The leader, some other broker, answers the last question. */
    PartitionStory answered(int leader, long highWatermark, ByteBuffer batches) {
        return answered(leader, lastFetchQuestion(), highWatermark, null, batches);
    }

    PartitionStory diverges(int leader, int epoch, long endOffset) {
        return answered(leader, lastFetchQuestion(), 0, new EpochEnd(epoch, endOffset), ByteBuffer.allocate(0));
    }

    /** The leader, some other broker, answers the last question and says where its log starts. */
    PartitionStory answeredFrom(int leader, long logStart, long highWatermark) {
        return answeredFrom(leader, logStart, highWatermark, ByteBuffer.allocate(0));
    }

    PartitionStory answeredFrom(int leader, long logStart, long highWatermark, ByteBuffer batches) {
        ReplicaQuestion to = lastFetchQuestion();
        AnswerHeader header = new AnswerHeader(
                to.leaderEpoch(),
                to.session(),
                ReplicaAnswers.logEnd(to),
                highWatermark,
                logStart,
                0,
                null,
                null,
                null);
        partition.onAnswer(leader, new ReceivedAnswer(header, batches), () -> {});
        return settle();
    }

    PartitionStory answered(
            int leader, ReplicaQuestion to, long highWatermark, @Nullable EpochEnd diverging, ByteBuffer batches) {
        AnswerHeader header = new AnswerHeader(
                to.leaderEpoch(), to.session(), ReplicaAnswers.logEnd(to), highWatermark, 0, 0, diverging, null, null);
        partition.onAnswer(leader, new ReceivedAnswer(header, batches), () -> {});
        return settle();
    }

    ReplicaQuestion lastAsked() {
        return asked.get(asked.size() - 1);
    }

    private ReplicaQuestion lastFetchQuestion() {
        for (int i = asked.size() - 1; i >= 0; i--) {
            if (asked.get(i).wish() instanceof ReplicaWish.Fetch) {
                return asked.get(i);
            }
        }
        throw new AssertionError("no fetch was asked");
    }

    ReplicaWish.Fetch lastFetch() {
        return (ReplicaWish.Fetch) lastFetchQuestion().wish();
    }

    // ---- time and disk -------------------------------------------------------------------------------------------

    PartitionStory holdingSyncs() {
        syncsHeld = true;
        return this;
    }

    PartitionStory syncsFinish() {
        syncsHeld = false;
        return settle();
    }

    PartitionStory after(long ms) {
        for (long left = ms; left > 0; left -= 50) {
            clock.passMs(Math.min(50, left));
            settle();
        }
        return this;
    }

    PartitionStory controllerHeard() {
        controllerHeardAtNanos = clock.nanos();
        return this;
    }

    PartitionStory settle() {
        boolean busy = true;
        while (busy) {
            busy = loop.runOne() > 0;
            while (!syncsHeld && !syncs.isEmpty()) {
                syncs.remove().run();
                busy = true;
            }
            while (!syncsHeld && !logFiles.isEmpty()) {
                logFiles.remove().run();
                busy = true;
            }
        }
        return this;
    }

    PartitionLog log() {
        return storage.log();
    }

    PartitionStatus status() {
        return partition.status();
    }

    @Override
    public long controllerHeardAtNanos() {
        return controllerHeardAtNanos;
    }

    @Override
    public long replicaHeardAtNanos(int brokerId) {
        return Long.MIN_VALUE;
    }

    @Override
    public void onOffline(PartitionId id, DiskException cause) {
        events.add("offline");
    }

    @Override
    public void onDamaged(PartitionId id, LogDamage damage) {
        events.add("damaged at " + damage.offset());
    }

    @Override
    public void onFull(PartitionId full, DiskException cause) {
        events.add("full");
    }

    @Override
    public void onCommittedTruncated(PartitionId id, long offset, long highWatermark) {
        events.add("committed truncated at " + offset + " below " + highWatermark);
    }

    @Override
    public void onAnswerDiscarded(PartitionId id, String reason) {
        events.add("discarded: " + reason);
    }
}
