package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.Assignor;
import io.flotilla.broker.group.Decision;
import io.flotilla.broker.group.Decision.Nothing;
import io.flotilla.broker.group.FetchedOffset;
import io.flotilla.broker.group.GroupCore;
import io.flotilla.broker.group.GroupDescription;
import io.flotilla.broker.group.GroupSettings;
import io.flotilla.broker.group.GroupState;
import io.flotilla.broker.group.GroupTopics;
import io.flotilla.broker.group.Heartbeat;
import io.flotilla.broker.group.Hello;
import io.flotilla.broker.group.NamedPartitions;
import io.flotilla.broker.group.Now;
import io.flotilla.broker.group.OffsetCommit;
import io.flotilla.broker.group.OffsetResult;
import io.flotilla.broker.group.StreamOfMember;
import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.broker.metadata.MetadataListener;
import io.flotilla.broker.partition.Loop;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Coordinates the groups whose partitions of the offsets topic this broker leads: begins and ends their shards as the
 * metadata says, and brings requests to them. Any thread may call it; everything happens on its loop, in the order of
 * the calls. Told of the metadata before those who look up who coordinates what, so that nobody comes here too early.
 * The wiring ends the loop.
 */
public final class GroupShards implements MetadataListener {
    private static final long SOON_MS = 50;

    private final Ports ports;
    private final ShardParts parts;
    /** By number of the partition. Loop thread only. */
    private final Map<Integer, Shard> shards = new TreeMap<>();
    /** Of the metadata as the shards know it. Loop thread only. */
    private GroupTopics topics = GroupTopics.NONE;

    /**
     * What it works with.
     *
     * @param brokerId this broker
     * @param loop owns the shards; ticks drive their timers
     * @param logs of the shards
     * @param places who coordinates what
     */
    public record Ports(int brokerId, Loop loop, Clock clock, ShardLogs logs, OffsetsPartitions places) {}

    /** @param assignors one or more with different names; the first is the default */
    public GroupShards(Ports ports, GroupSettings settings, List<Assignor> assignors) {
        this.ports = ports;
        this.parts = new ShardParts(
                ports.loop(), ports.clock(), AppendQueue.Limits.defaults(), settings, List.copyOf(assignors));
    }

    // ---- metadata ------------------------------------------------------------------------------------------------

    @Override
    public void onChange(MetadataChange change) {
        boolean topicsMoved = TopicChanges.in(change);
        boolean leadersMoved =
                !OffsetsPartitions.topic(change.before()).equals(OffsetsPartitions.topic(change.after()));
        if (topicsMoved || leadersMoved) {
            ports.loop().execute(() -> apply(change.after(), topicsMoved));
        }
    }

    private void apply(MetadataImage image, boolean topicsMoved) {
        topics = topics.next(image);
        Map<Integer, ShardId> led = led(image);
        shards.values().removeIf(shard -> {
            boolean over = !shard.id().equals(led.get(shard.id().partition().partition()));
            if (over) {
                shard.end(ports.places().notCoordinatorOf(shard.id().partition().partition(), image));
            }
            return over;
        });
        if (topicsMoved) {
            shards.values().forEach(shard -> shard.topicsChanged(topics));
        }
        led.forEach((number, id) -> {
            if (!shards.containsKey(number)) {
                Shard shard = new Shard(id, parts, ports.logs().of(id.partition(), id.leaderEpoch()), topics);
                shards.put(number, shard);
                shard.begin();
            }
        });
    }

    private Map<Integer, ShardId> led(MetadataImage image) {
        Map<Integer, ShardId> led = new TreeMap<>();
        TopicImage topic = OffsetsPartitions.topic(image).orElse(null);
        if (topic != null) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionState state = topic.partitions().get(number);
                if (state.leader() == ports.brokerId()) {
                    led.put(number, new ShardId(new PartitionId(topic.id(), number), state.leaderEpoch()));
                }
            }
        }
        return led;
    }

    /** Ends all shards, for good, then runs {@code ended} on the loop; before the partitions stop. */
    public void stop(Runnable ended) {
        ports.loop().execute(() -> {
            shards.values().forEach(shard -> shard.end(stopping()));
            shards.clear();
            ended.run();
        });
    }

    private static FlotillaError stopping() {
        return FlotillaError.notApplied(ErrorCode.COORDINATOR_NOT_AVAILABLE, "this broker stops")
                .withRetryAfterMs(SOON_MS);
    }

    // ---- members -------------------------------------------------------------------------------------------------

    /** A member joins or comes back. All answers go to its stream. */
    public void hello(Hello hello, MemberStream stream) {
        with(hello.group(), shard -> shard.hello(hello, stream), stream::end);
    }

    /** A member was heard; the answer goes to its stream. */
    public void heartbeat(Heartbeat heartbeat, MemberStream stream) {
        with(heartbeat.stream().group(), shard -> shard.heartbeat(heartbeat, stream), stream::end);
    }

    /** A member goes; the answer goes to its stream. */
    public void leave(StreamOfMember from, boolean giveUpStaticPlace, MemberStream stream) {
        with(from.group(), shard -> shard.leave(from, giveUpStaticPlace, stream), stream::end);
    }

    /** A member's stream is gone without a word. */
    public void disconnected(StreamOfMember stream) {
        ports.loop().execute(() -> find(stream.group()).ifPresent(shard -> shard.disconnected(stream)));
    }

    // ---- requests ------------------------------------------------------------------------------------------------

    /** Commits offsets; each has a result. */
    public void commit(OffsetCommit commit, Reply<List<OffsetResult>> reply) {
        ask(commit.group(), (core, now) -> core.commit(commit, now), reply);
    }

    /**
     * Finds committed offsets.
     *
     * @param wanted empty means all
     */
    public void fetchOffsets(String group, List<NamedPartitions> wanted, Reply<List<FetchedOffset>> reply) {
        ask(group, (core, now) -> core.fetchOffsets(group, wanted), reply);
    }

    /** Describes a group. */
    public void describe(String group, Reply<GroupDescription> reply) {
        ask(group, (core, now) -> core.describe(group), reply);
    }

    /** Deletes a group that has no members. */
    public void delete(String group, Reply<Nothing> reply) {
        ask(group, (core, now) -> core.delete(group), reply);
    }

    /** Sets or takes away offsets of a group that has no members, all or none. */
    public void reset(String group, List<OffsetCommit.Entry> offsets, Reply<List<OffsetResult>> reply) {
        ask(group, (core, now) -> core.reset(group, offsets, now), reply);
    }

    /**
     * Lists the groups of all partitions that are led here.
     *
     * @param states only groups in these; empty means all
     */
    public void list(Set<GroupState> states, Reply<GroupListing> reply) {
        boolean taken = ports.loop().offer(() -> {
            if (shards.isEmpty()) {
                reply.answer(new GroupListing(List.of(), List.of()));
                return;
            }
            GroupListing.Gathering all = new GroupListing.Gathering(shards.size(), reply::answer);
            shards.values().forEach(shard -> shard.ask((core, now) -> core.list(states), all.reply()));
        });
        if (!taken) {
            reply.refuse(overloaded());
        }
    }

    private <R> void ask(String group, BiFunction<GroupCore, Now, Decision<R>> request, Reply<R> reply) {
        with(group, shard -> shard.ask(request, reply), reply::refuse);
    }

    private void with(String group, Consumer<Shard> task, Consumer<FlotillaError> refused) {
        boolean taken = ports.loop()
                .offer(() -> find(group)
                        .ifPresentOrElse(
                                task, () -> refused.accept(ports.places().notCoordinator(group))));
        if (!taken) {
            refused.accept(overloaded());
        }
    }

    private static FlotillaError overloaded() {
        return FlotillaError.notApplied(ErrorCode.OVERLOADED, "the queue of this broker's group coordinator is full")
                .withRetryAfterMs(SOON_MS);
    }

    /** The shard of a group, if it is here. Loop thread only. */
    private Optional<Shard> find(String group) {
        return ports.places().placeOf(group).map(place -> shards.get(place.partition()));
    }
}
