package io.flotilla.sim.group;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.InternalTopics;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.record.RecordReader;
import io.flotilla.sim.check.ClusterView;
import io.flotilla.sim.check.Election;
import io.flotilla.sim.check.ReplicaView;
import io.flotilla.sim.check.StoredBatch;
import io.flotilla.sim.check.StoredLog;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.world.World;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Keeps what is committed of all groups, and what members believe, and lets the predicates look at both. A group whose
 * log has lost more than it promises to survive is not judged any more. One thread.
 */
public final class GroupJudge implements Witness {
    /** So long after an election nothing comes from an earlier leader any more. */
    private static final long STEADY_NANOS = 6 * World.SECOND;

    private final ClusterView cluster;
    private final List<GroupPredicate> predicates;
    private final Map<String, GroupPage> pages = new TreeMap<>();
    /** Next offset that was not taken in, by partition of the offsets topic. */
    private final Map<PartitionId, Long> next = new TreeMap<>();

    /** Where the high watermark of each partition of the offsets topic has been. */
    private final Map<PartitionId, Long> ends = new TreeMap<>();

    private final Map<PartitionId, Long> electedNanos = new TreeMap<>();
    /** Partitions that once lost more than they promise to survive. */
    private final TreeSet<PartitionId> given = new TreeSet<>();
    /** Members that believe to have a partition, by group. */
    private final Map<String, Map<PartitionId, TreeSet<String>>> beliefs = new TreeMap<>();

    private long acknowledged;
    private long begun;
    private long lines;

    public GroupJudge(ClusterView cluster) {
        this.cluster = cluster;
        this.predicates = List.of(
                new OneOwner(),
                new CommitsByOwners(),
                new CommitsGoForward(this::isPromised),
                new GroupEpochs(),
                new LiveOffsetsKept(topic -> image().topics().withId(topic).isPresent()),
                new AckedCommitsStand(),
                new FetchedOffsetsCurrent(),
                new NothingSkipped());
    }

    private MetadataImage image() {
        return cluster.controller().image();
    }

    // ---- the log -------------------------------------------------------------------------------------------------

    @Override
    public void committed(ReplicaView leader, long from, long to) {
        PartitionId partition = leader.partition();
        if (!keepsGroups(partition) || !isPromised(partition)) {
            return;
        }
        long due = next.getOrDefault(partition, 0L);
        StoredLog log = leader.stored();
        long taken = due;
        for (int i = log.indexOf(due); i < log.size() && log.get(i).nextOffset() <= to; i++) {
            take(log.get(i), due);
            taken = log.get(i).nextOffset();
        }
        next.put(partition, taken); // a damaged batch hides the rest until there is another leader
        ends.merge(partition, to, Math::max);
    }

    private void take(StoredBatch batch, long due) {
        RecordReader records = RecordReader.of(batch.view());
        while (records.next()) {
            if (records.offset() >= due) {
                GroupLine.of(records).ifPresent(this::take);
            }
        }
    }

    private void take(GroupLine line) {
        lines++;
        GroupPage page = page(line.group());
        predicates.forEach(predicate -> predicate.committed(page, line));
        page.apply(line, cluster.nowNanos());
    }

    @Override
    public void elected(PartitionId partition, Election election) {
        electedNanos.put(partition, cluster.nowNanos());
        isPromised(partition);
    }

    private boolean keepsGroups(PartitionId partition) {
        return image().topics()
                .withId(partition.topic())
                .filter(topic -> topic.name().equals(InternalTopics.CONSUMER_OFFSETS))
                .isPresent();
    }

    /** Whether the partition has kept its promises so far; once it has not, nothing is judged by it. */
    private boolean isPromised(PartitionId partition) {
        if (!cluster.losses().mustKeep(partition)) {
            given.add(partition);
        }
        return !given.contains(partition);
    }

    /** Where a group is kept, by Kafka's rule; empty while there is no topic for it. */
    Optional<PartitionId> placeOf(String group) {
        return image().topics()
                .named(InternalTopics.CONSUMER_OFFSETS)
                .map(topic -> new PartitionId(
                        topic.id(),
                        (group.hashCode() & Integer.MAX_VALUE)
                                % topic.partitions().size()));
    }

    private boolean isSteady(PartitionId place) {
        long electionNanos = electedNanos.getOrDefault(place, 0L);
        return cluster.nowNanos() - electionNanos >= STEADY_NANOS
                && next.getOrDefault(place, 0L) >= ends.getOrDefault(place, 0L)
                && cluster.replicas(place).stream().anyMatch(ReplicaView::leadsByController);
    }

    // ---- members -------------------------------------------------------------------------------------------------

    private GroupPage page(String group) {
        return pages.computeIfAbsent(group, GroupPage::new);
    }

    /** Lets predicates look, if the group's log is to be believed. */
    private void judge(String group, BiConsumer<GroupPredicate, Boolean> look) {
        PartitionId place = placeOf(group).orElse(null);
        if (place != null && isPromised(place)) {
            boolean steady = isSteady(place);
            predicates.forEach(predicate -> look.accept(predicate, steady));
        }
    }

    void begins(String group, String member, PartitionId partition) {
        begun++;
        TreeSet<String> believers = believers(group, partition);
        judge(
                group,
                (predicate, steady) ->
                        predicate.begins(page(group), member, partition, new TreeSet<>(believers), steady));
        believers.add(member);
    }

    void ends(String group, String member, PartitionId partition) {
        believers(group, partition).remove(member);
    }

    private TreeSet<String> believers(String group, PartitionId partition) {
        return beliefs.computeIfAbsent(group, none -> new TreeMap<>())
                .computeIfAbsent(partition, none -> new TreeSet<>());
    }

    void acknowledged(String group, PartitionId partition, long offset, String author) {
        acknowledged++;
        GroupPage.Stand commit = new GroupPage.Stand(offset, author, cluster.nowNanos());
        judge(group, (predicate, steady) -> predicate.acknowledged(page(group), partition, commit, steady));
    }

    /** @param offset {@link GroupPage#NONE} for none */
    void told(String group, PartitionId partition, long offset, long askedNanos) {
        GroupPage.Stand told = new GroupPage.Stand(offset, "", askedNanos);
        judge(group, (predicate, steady) -> predicate.told(page(group), partition, told, steady));
    }

    void read(String group, PartitionId partition, long offset) {
        if (isPromised(partition)) {
            long logStart = cluster.ghosts().of(partition).logStart();
            judge(group, (predicate, steady) -> predicate.read(page(group), partition, offset, logStart));
        }
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /** All is healed, and quiet. Where a damaged batch hides what is committed behind it, nobody can say what is. */
    public void healed() {
        pages.forEach((group, page) -> judge(group, (predicate, steady) -> {
            if (steady) {
                predicate.healed(page);
            }
        }));
    }

    /** What is committed of a partition, or empty where the group is not judged any more. */
    Optional<Long> committed(String group, PartitionId partition) {
        return placeOf(group).filter(this::isPromised).map(place -> page(group).offset(partition));
    }

    /** The partition of this name, while there is one. */
    Optional<PartitionId> find(PartitionName name) {
        return image().topics().named(name.topic()).map(topic -> new PartitionId(topic.id(), name.partition()));
    }

    /** Commits of members that were acknowledged. */
    public long commits() {
        return acknowledged;
    }

    /** How often a member began to read a partition. */
    public long begun() {
        return begun;
    }

    /** Records of groups that were committed. */
    public long lines() {
        return lines;
    }
}
