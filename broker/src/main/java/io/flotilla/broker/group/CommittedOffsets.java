package io.flotilla.broker.group;

import static io.flotilla.model.error.ErrorCode.INVALID_REQUEST;
import static io.flotilla.model.error.ErrorCode.OFFSET_METADATA_TOO_LARGE;
import static io.flotilla.model.error.ErrorCode.STALE_MEMBER_EPOCH;
import static io.flotilla.model.error.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far groups have come: commits, resets and reads of offsets. Stateless. */
final class CommittedOffsets {
    private CommittedOffsets() {}

    /** Commits what nothing speaks against, for a caller that may commit. */
    static List<OffsetResult> commit(OffsetCommit commit, Context context, Draft draft, long nowMs) {
        Group group = context.groups().named(commit.group());
        List<OffsetResult> results = new ArrayList<>(commit.offsets().size());
        for (OffsetCommit.Entry entry : commit.offsets()) {
            Optional<FlotillaError> defect = defect(entry, context)
                    .or(() -> noOffset(entry))
                    .or(() -> heldByAnother(entry, commit.memberId(), group, context));
            if (defect.isEmpty()) {
                put(commit.group(), entry, context, draft, nowMs);
            }
            results.add(new OffsetResult(entry.topic(), entry.partition(), defect));
        }
        return results;
    }

    /** Sets or takes away all offsets, or none. */
    static List<OffsetResult> reset(
            String group, List<OffsetCommit.Entry> entries, Context context, Draft draft, long nowMs) {
        List<OffsetResult> results = new ArrayList<>(entries.size());
        for (OffsetCommit.Entry entry : entries) {
            results.add(new OffsetResult(entry.topic(), entry.partition(), defect(entry, context)));
        }
        if (results.stream().anyMatch(result -> result.error().isPresent())) {
            FlotillaError spared = Limits.error(INVALID_REQUEST, "nothing was set, because another entry was refused");
            return results.stream()
                    .map(result -> result.error().isPresent()
                            ? result
                            : new OffsetResult(result.topic(), result.partition(), Optional.of(spared)))
                    .toList();
        }
        entries.forEach(entry -> put(group, entry, context, draft, nowMs));
        return results;
    }

    /** All committed offsets of topics that exist. */
    static List<FetchedOffset> all(@Nullable Group group, Context context) {
        return group == null ? List.of() : named(group, group.offsets().keySet(), context);
    }

    /** Committed offsets of the partitions wanted. */
    static List<FetchedOffset> of(@Nullable Group group, List<NamedPartitions> wanted, Context context) {
        return group == null
                ? List.of()
                : named(group, context.topics().existing(wanted).all(), context);
    }

    /** Takes away the offsets of a topic that is no more. */
    static void forget(Group group, TopicId topic, Draft draft) {
        List<PartitionId> gone = List.copyOf(group.offsets()
                .subMap(new PartitionId(topic, 0), true, new PartitionId(topic, Integer.MAX_VALUE), true)
                .keySet());
        gone.forEach(partition -> draft.add(new Fact.Offset(group.name(), partition, null)));
    }

    private static List<FetchedOffset> named(Group group, Collection<PartitionId> partitions, Context context) {
        List<FetchedOffset> fetched = new ArrayList<>();
        for (PartitionId partition : partitions) {
            StoredOffset offset = group.offsets().get(partition);
            TopicImage topic = context.topics().withId(partition.topic()).orElse(null);
            if (offset != null && topic != null) {
                fetched.add(new FetchedOffset(
                        topic.name(),
                        topic.id(),
                        partition.partition(),
                        offset.offset(),
                        offset.leaderEpoch(),
                        offset.metadata(),
                        offset.commitTimeMs()));
            }
        }
        return fetched;
    }

    private static void put(String group, OffsetCommit.Entry entry, Context context, Draft draft, long nowMs) {
        TopicImage topic = Objects.requireNonNull(context.topics().find(entry.topic()));
        PartitionId partition = new PartitionId(topic.id(), entry.partition());
        if (entry.offset().isPresent()) {
            draft.add(new Fact.Offset(
                    group,
                    partition,
                    new StoredOffset(entry.offset().getAsLong(), entry.leaderEpoch(), entry.metadata(), nowMs)));
            return;
        }
        Group known = context.groups().named(group);
        if (known != null && known.offsets().containsKey(partition)) {
            draft.add(new Fact.Offset(group, partition, null));
        }
    }

    private static Optional<FlotillaError> defect(OffsetCommit.Entry entry, Context context) {
        TopicImage topic = context.topics().find(entry.topic());
        if (topic == null) {
            return Optional.of(GroupTopics.missing(entry.topic()));
        }
        if (topic.partition(entry.partition()).isEmpty()) {
            return Optional.of(Limits.error(
                    UNKNOWN_TOPIC_OR_PARTITION,
                    "topic " + topic.name() + " has " + topic.partitions().size()
                            + " partitions, and none with the number " + entry.partition()));
        }
        if (entry.offset().orElse(0) < 0 || entry.leaderEpoch().orElse(0) < 0) {
            return Optional.of(Limits.error(
                    INVALID_REQUEST,
                    "the offset " + entry.offset().orElse(0) + " or the leader epoch "
                            + entry.leaderEpoch().orElse(0) + " of " + topic.name() + "-" + entry.partition()
                            + " is negative"));
        }
        int bytes = Limits.bytes(entry.metadata());
        int bytesMax = context.settings().offsetMetadataBytesMax();
        return bytes <= bytesMax
                ? Optional.empty()
                : Optional.of(Limits.error(
                        OFFSET_METADATA_TOO_LARGE,
                        "the metadata of " + topic.name() + "-" + entry.partition() + " has " + bytes
                                + " bytes; at most " + bytesMax + " are allowed (offset.metadata.max.bytes)"));
    }

    private static Optional<FlotillaError> noOffset(OffsetCommit.Entry entry) {
        return entry.offset().isPresent()
                ? Optional.empty()
                : Optional.of(Limits.error(INVALID_REQUEST, "a commit holds no offset; reset takes offsets away"));
    }

    /** A commit that was on its way while its partition was given up must not undo what the next owner commits. */
    private static Optional<FlotillaError> heldByAnother(
            OffsetCommit.Entry entry, String memberId, @Nullable Group group, Context context) {
        TopicImage topic = context.topics().find(entry.topic());
        return group != null
                        && topic != null
                        && !memberId.isEmpty()
                        && group.isHeldByAnother(new PartitionId(topic.id(), entry.partition()), memberId)
                ? Optional.of(Limits.error(
                        STALE_MEMBER_EPOCH,
                        topic.name() + "-" + entry.partition() + " belongs to another member of group " + group.name()
                                + " by now"))
                : Optional.empty();
    }
}
