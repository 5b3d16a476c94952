package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchTransport.OffsetSpec;
import io.flotilla.client.internal.fetch.Fetcher;
import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.client.internal.group.GroupTransport.AnswerListener;
import io.flotilla.client.internal.group.GroupTransport.Committed;
import io.flotilla.client.internal.group.GroupTransport.Offsets;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The partitions that are read, where each stands, and how the fetcher hears of that. For the application's thread. */
final class Positions {
    private static final long SEARCH_MS = Integer.MAX_VALUE;

    private final ConsumerCore core;
    private final boolean checkCrcs;
    private final Map<TopicPartition, AssignedPartition> assigned = new TreeMap<>();
    private long generation;

    Positions(ConsumerCore core, boolean checkCrcs) {
        this.core = core;
        this.checkCrcs = checkCrcs;
    }

    Set<TopicPartition> names() {
        return new TreeSet<>(assigned.keySet());
    }

    Collection<AssignedPartition> all() {
        return assigned.values();
    }

    @Nullable
    AssignedPartition find(TopicPartition partition) {
        return assigned.get(partition);
    }

    /** Throws IllegalStateException for a partition that is not assigned. */
    AssignedPartition get(TopicPartition partition) {
        AssignedPartition found = assigned.get(partition);
        if (found == null) {
            throw new IllegalStateException(partition + " is not assigned to this consumer");
        }
        return found;
    }

    /** Starts partitions at the group's committed offsets, and where the reset policy says if there is none. */
    void begin(Collection<GroupPartition> partitions) {
        Map<GroupPartition, Long> fresh = new TreeMap<>();
        partitions.forEach(partition ->
                fresh.put(partition, put(partition, AssignedPartition.NOWHERE).generation()));
        Fetcher fetcher = core.fetcher();
        core.loop().execute(() -> {
            fresh.forEach((partition, started) ->
                    fetcher.await(partition.name(), started, partition.topic().orElse(null)));
            core.group()
                    .ifPresentOrElse(
                            group -> group.offsets().ask(fresh.keySet(), SEARCH_MS, new Placement(fetcher, fresh)),
                            () -> new Placement(fetcher, fresh).answered(new Offsets(Map.of())));
        });
    }

    /** Passes committed offsets on to the fetcher. */
    private record Placement(Fetcher fetcher, Map<GroupPartition, Long> generations)
            implements AnswerListener<Offsets> {
        @Override
        public void answered(Offsets answer) {
            generations.forEach((partition, generation) -> {
                Committed committed = answer.committed().get(partition);
                if (committed == null) {
                    fetcher.place(partition.name(), generation, AssignedPartition.NOWHERE, AssignedPartition.NO_EPOCH);
                } else {
                    fetcher.place(
                            partition.name(),
                            generation,
                            committed.offset(),
                            committed.leaderEpoch().orElse(AssignedPartition.NO_EPOCH));
                }
            });
        }

        @Override
        public void failed(FlotillaError error) {
            generations.forEach((partition, generation) -> fetcher.fail(partition.name(), generation, error));
        }
    }

    /** Goes on at an offset. */
    void seek(TopicPartition partition, long offset, int lastEpoch) {
        AssignedPartition fresh = replace(get(partition), offset);
        fresh.moveTo(offset, lastEpoch);
        start(fresh, (fetcher, name) -> {
            fetcher.await(name, fresh.generation(), topic(fresh));
            fetcher.place(name, fresh.generation(), offset, lastEpoch);
        });
    }

    /** Goes on at the first or next offset of a partition. */
    void seek(TopicPartition partition, OffsetSpec where) {
        AssignedPartition fresh = replace(get(partition), AssignedPartition.NOWHERE);
        start(fresh, (fetcher, name) -> {
            fetcher.assign(name, fresh.generation(), where);
            fetcher.pin(name, topic(fresh));
        });
    }

    private interface Start {
        void at(Fetcher fetcher, PartitionName name);
    }

    private void start(AssignedPartition fresh, Start start) {
        boolean paused = fresh.isPaused();
        core.loop().execute(() -> {
            PartitionName name = fresh.identity().name();
            start.at(core.fetcher(), name);
            core.fetcher().pause(name, paused);
        });
    }

    private static @Nullable TopicId topic(AssignedPartition partition) {
        return partition.identity().topic().orElse(null);
    }

    /** Drops what was fetched beyond the position, and fetches no more before the partition is started anew. */
    AssignedPartition stop(AssignedPartition owner) {
        AssignedPartition fresh = replace(owner, owner.position());
        fresh.moveTo(owner.position(), owner.lastEpoch());
        core.loop().execute(() -> core.fetcher().unassign(owner.identity().name()));
        return fresh;
    }

    private AssignedPartition replace(AssignedPartition owner, long offset) {
        AssignedPartition fresh = put(owner.identity(), offset);
        fresh.pause(owner.isPaused());
        return fresh;
    }

    private AssignedPartition put(GroupPartition identity, long offset) {
        AssignedPartition fresh = new AssignedPartition(identity, ++generation, offset, checkCrcs);
        assigned.put(fresh.name(), fresh);
        return fresh;
    }

    /** Reads these no more. */
    void end(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : new ArrayList<>(partitions)) {
            AssignedPartition gone = assigned.remove(partition);
            if (gone != null) {
                core.loop()
                        .execute(() -> core.fetcher().unassign(gone.identity().name()));
            }
        }
    }

    /** Stops or resumes fetching a partition; what was fetched is kept. */
    void pause(AssignedPartition partition, boolean paused) {
        partition.pause(paused);
        core.loop().execute(() -> core.fetcher().pause(partition.identity().name(), paused));
    }
}
