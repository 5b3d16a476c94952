package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.FetchedOffset;
import io.flotilla.broker.group.GroupSettings;
import io.flotilla.broker.group.GroupTopics;
import io.flotilla.broker.group.Heartbeat;
import io.flotilla.broker.group.Hello;
import io.flotilla.broker.group.NamedTopic;
import io.flotilla.broker.group.OffsetCommit;
import io.flotilla.broker.group.OffsetResult;
import io.flotilla.broker.group.StreamOfMember;
import io.flotilla.broker.group.Subscription;
import io.flotilla.broker.group.assignor.UniformAssignor;
import io.flotilla.broker.metadata.Cluster;
import io.flotilla.broker.partition.LoopSettings;
import io.flotilla.broker.partition.PartitionLoop;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.UUID;

/** One shard on broker 1 over a scripted log, in a cluster that has topic orders with two partitions. */
final class ShardStory {
    static final String GROUP = "billing";
    static final TopicId OFFSETS = new TopicId(new UUID(7, 7));

    final ManualClock clock = new ManualClock();
    final PartitionLoop loop = new PartitionLoop(LoopSettings.defaults(), clock);
    final ScriptedLog log = new ScriptedLog();
    private MetadataImage image = withOffsetsLedBy(1, 5);
    private Shard shard = newShard(5);
    private final OffsetsPartitions places = new OffsetsPartitions(() -> image, broker -> "client" + broker + ":9092");
    private long connections;

    private static MetadataImage withOffsetsLedBy(int leader, int epoch) {
        MetadataImage orders = Cluster.change(
                        Cluster.threeBrokers(), Cluster.orders(Cluster.led(1, 0, 0), Cluster.led(2, 0, 0)))
                .after();
        return Cluster.change(
                        orders,
                        Cluster.topic(InternalTopics.CONSUMER_OFFSETS, OFFSETS, Cluster.led(leader, epoch, epoch)))
                .after();
    }

    private Shard newShard(int epoch) {
        ShardParts parts = new ShardParts(
                loop, clock, AppendQueue.Limits.defaults(), GroupSettings.defaults(), List.of(new UniformAssignor()));
        return new Shard(new ShardId(new PartitionId(OFFSETS, 0), epoch), parts, log, GroupTopics.NONE.next(image));
    }

    Shard shard() {
        return shard;
    }

    ShardStory begun() {
        shard.begin();
        return settle();
    }

    /** Another broker leads now. */
    ShardStory losesItsEpoch() {
        image = withOffsetsLedBy(2, 6);
        shard.end(places.notCoordinatorOf(0, image));
        return settle();
    }

    /** A new coordinator, on what the log holds. */
    ShardStory failsOver() {
        shard.end(places.notCoordinatorOf(0, image));
        image = withOffsetsLedBy(1, 7);
        shard = newShard(7);
        return begun();
    }

    // ---- members -------------------------------------------------------------------------------------------------

    /** A member and its present stream. */
    record Member(String id, StreamOfMember from, HeardStream stream) {}

    Member joins(String id) {
        return says(id, 0);
    }

    Member comesBack(String id, int epoch) {
        return says(id, epoch);
    }

    private Member says(String id, int epoch) {
        Member member = new Member(id, new StreamOfMember(GROUP, id, ++connections), new HeardStream());
        Hello hello = new Hello(
                GROUP,
                id,
                epoch,
                Optional.empty(),
                Optional.empty(),
                new Subscription(new TreeSet<>(List.of("orders")), Optional.empty()),
                "",
                0,
                0,
                List.of(),
                new Hello.Peer(member.from().connection(), "test", "10.0.0.1"));
        onLoop(() -> shard.hello(hello, member.stream()));
        return member;
    }

    ShardStory isHeard(Member member) {
        Heartbeat heartbeat = new Heartbeat(member.from(), Optional.empty(), Optional.empty());
        return onLoop(() -> shard.heartbeat(heartbeat, member.stream()));
    }

    ShardStory breaks(Member member) {
        return onLoop(() -> shard.disconnected(member.from()));
    }

    // ---- offsets -------------------------------------------------------------------------------------------------

    HeardReply<List<OffsetResult>> commits(long offset) {
        return commits("", 0, offset);
    }

    HeardReply<List<OffsetResult>> commits(String member, int epoch, long offset) {
        HeardReply<List<OffsetResult>> heard = new HeardReply<>();
        OffsetCommit commit = new OffsetCommit(
                GROUP,
                member,
                epoch,
                List.of(new OffsetCommit.Entry(
                        new NamedTopic("orders", Optional.empty()),
                        0,
                        OptionalLong.of(offset),
                        OptionalInt.empty(),
                        "")));
        onLoop(() -> shard.ask((core, now) -> core.commit(commit, now), heard));
        return heard;
    }

    HeardReply<List<FetchedOffset>> fetches() {
        HeardReply<List<FetchedOffset>> heard = new HeardReply<>();
        onLoop(() -> shard.ask((core, now) -> core.fetchOffsets(GROUP, List.of()), heard));
        return heard;
    }

    // ---- time ----------------------------------------------------------------------------------------------------

    ShardStory after(long ms) {
        for (long left = ms; left > 0; left -= 50) {
            clock.passMs(Math.min(50, left));
            settle();
        }
        return this;
    }

    private ShardStory onLoop(Runnable task) {
        loop.execute(task);
        return settle();
    }

    ShardStory settle() {
        int turns = 0;
        while (loop.runOne() > 0) {
            if (++turns > 10_000) {
                throw new AssertionError("the loop never rests");
            }
        }
        return this;
    }
}
