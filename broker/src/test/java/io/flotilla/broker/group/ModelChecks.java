package io.flotilla.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.group.Decision.Answer;
import io.flotilla.broker.group.Decision.Given;
import io.flotilla.broker.group.Decision.Refused;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.TopicImage;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What must hold of groups at every moment (predicate 17), and what must once nothing disturbs them. */
final class ModelChecks {
    private record Place(String group, PartitionId partition) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int groups = group.compareTo(other.group);
            return groups != 0 ? groups : partition.compareTo(other.partition);
        }
    }

    private final ModelWorld world;
    private final Map<Place, Long> acknowledged = new TreeMap<>();
    /** Offsets of a group up to these were deleted, or may have been. */
    private final Map<String, Long> erased = new TreeMap<>();

    private final Map<String, Integer> epochs = new TreeMap<>();
    private final Map<ModelMember, Integer> told = new IdentityHashMap<>();
    /** The epoch that the committing member was in. */
    private int epochBefore;

    private int runs;
    int commitsAccepted;
    int commitsRefused;
    int settledGroups;

    ModelChecks(ModelWorld world) {
        this.world = world;
    }

    void run() {
        Map<String, GroupDescription> described = world.described();
        described.values().forEach(group -> {
            nothingIsHeldTwice(group);
            targetsCoverEverythingOnce(group);
            epochsRise(group);
            settledGroups += group.state() == GroupState.STABLE ? 1 : 0;
        });
        whatIsReallyHeldIsKnown(described);
        whatWasAcknowledgedIsThere();
        if (++runs % 40 == 0) {
            assertThat(Story.state(world.core.snapshot())).as("live state").isEqualTo(world.shell.replayed());
        }
    }

    /** Whether every group with members is stable, and what they really hold is all there is to hold, once. */
    boolean settled() {
        Map<String, GroupDescription> described = world.described();
        for (GroupDescription group : described.values()) {
            if (!group.members().isEmpty() && group.state() != GroupState.STABLE) {
                return false;
            }
            SortedSet<PartitionId> held = new TreeSet<>();
            world.living().stream()
                    .filter(member -> member.group.equals(group.group()))
                    .forEach(member -> held.addAll(member.owned));
            if (!held.equals(wanted(group))) {
                return false;
            }
        }
        return world.living().stream().allMatch(member -> member.epoch > 0);
    }

    void told(ModelMember member, Assignment assignment) {
        int before = member.epoch == 0 && member.inbox.isEmpty() ? 0 : told.getOrDefault(member, 0);
        assertThat(assignment.memberEpoch())
                .as("epoch told to %s", member.id)
                .isGreaterThanOrEqualTo(Math.max(1, before));
        told.put(member, assignment.memberEpoch());
    }

    void committing(OffsetCommit commit) {
        GroupDescription group = world.described().get(commit.group());
        epochBefore = group == null
                ? -1
                : group.members().stream()
                        .filter(member -> member.memberId().equals(commit.memberId()))
                        .mapToInt(GroupDescription.Member::memberEpoch)
                        .findFirst()
                        .orElse(-1);
    }

    /** Another epoch than the member's changes nothing. */
    void decided(OffsetCommit commit) {
        boolean there = offsets(commit.group()).values().stream().anyMatch(offset -> offset == world.lastOffset);
        if (commit.memberEpoch() != epochBefore) {
            assertThat(there).as("a commit of another epoch was taken").isFalse();
            commitsRefused++;
        }
    }

    void committed(OffsetCommit commit, Answer<List<OffsetResult>> answer) {
        if (answer instanceof Refused) {
            return;
        }
        List<OffsetResult> results = ((Given<List<OffsetResult>>) answer).value();
        for (int index = 0; index < results.size(); index++) {
            OffsetCommit.Entry entry = commit.offsets().get(index);
            long offset = entry.offset().getAsLong();
            if (results.get(index).error().isEmpty() && offset > erased.getOrDefault(commit.group(), 0L)) {
                acknowledged.merge(
                        new Place(
                                commit.group(),
                                new PartitionId(entry.topic().id().orElseThrow(), entry.partition())),
                        offset,
                        Long::max);
                commitsAccepted++;
            }
        }
    }

    void erased(String group) {
        erased.put(group, world.lastOffset);
        acknowledged.keySet().removeIf(place -> place.group().equals(group));
        epochs.keySet().removeIf(member -> member.startsWith(group + " "));
    }

    /** What was not committed may be gone, with epochs that nobody was told. */
    void failedOver() {
        epochs.clear();
    }

    private void nothingIsHeldTwice(GroupDescription group) {
        SortedSet<PartitionId> seen = new TreeSet<>();
        for (GroupDescription.Member member : group.members()) {
            for (PartitionId partition : partitions(member.assigned())) {
                assertThat(seen.add(partition))
                        .as("%s is held once in %s", partition, group.group())
                        .isTrue();
            }
        }
    }

    private void targetsCoverEverythingOnce(GroupDescription group) {
        if (group.members().isEmpty() || group.state() == GroupState.ASSIGNING) {
            return;
        }
        SortedSet<PartitionId> targets = new TreeSet<>();
        for (GroupDescription.Member member : group.members()) {
            for (PartitionId partition : partitions(member.target())) {
                assertThat(targets.add(partition))
                        .as("%s is a target once in %s", partition, group.group())
                        .isTrue();
            }
        }
        assertThat(targets).as("targets of %s", group.group()).isEqualTo(wanted(group));
    }

    private void epochsRise(GroupDescription group) {
        for (GroupDescription.Member member : group.members()) {
            String key = group.group() + " " + member.memberId();
            assertThat(member.memberEpoch()).as(key).isGreaterThanOrEqualTo(epochs.getOrDefault(key, 1));
            epochs.put(key, member.memberEpoch());
        }
    }

    /** What a current member really holds, it holds in the coordinator's books too: so nobody else gets it. */
    private void whatIsReallyHeldIsKnown(Map<String, GroupDescription> described) {
        for (ModelMember client : world.members) {
            GroupDescription group = described.get(client.group);
            if (group == null || client.owned.isEmpty()) {
                continue;
            }
            group.members().stream()
                    .filter(member -> member.memberId().equals(client.id))
                    .forEach(member -> assertThat(partitions(member.assigned()))
                            .as("what %s holds in %s", client.id, group.group())
                            .containsAll(existing(client.owned)));
        }
    }

    private void whatWasAcknowledgedIsThere() {
        acknowledged
                .keySet()
                .removeIf(place -> !world.topics.view().has(place.partition().topic()));
        Map<String, Map<PartitionId, Long>> there = new TreeMap<>();
        ModelWorld.GROUPS.forEach(group -> there.put(group, offsets(group)));
        acknowledged.forEach(
                (place, offset) -> assertThat(there.get(place.group()).getOrDefault(place.partition(), -1L))
                        .as("the offset of %s", place)
                        .isGreaterThanOrEqualTo(offset));
    }

    private Map<PartitionId, Long> offsets(String group) {
        Map<PartitionId, Long> offsets = new TreeMap<>();
        ((Given<List<FetchedOffset>>) world.core.fetchOffsets(group, List.of()).answer())
                .value()
                .forEach(fetched -> offsets.put(new PartitionId(fetched.id(), fetched.partition()), fetched.offset()));
        return offsets;
    }

    private SortedSet<PartitionId> wanted(GroupDescription group) {
        SortedSet<PartitionId> wanted = new TreeSet<>();
        for (GroupDescription.Member member : group.members()) {
            for (String name : world.topics.names()) {
                Subscription subscription = member.subscription();
                if (subscription.topics().contains(name)
                        || subscription.regex().filter(name::matches).isPresent()) {
                    TopicImage topic = world.topics.named(name).orElseThrow();
                    for (int number = 0; number < topic.partitions().size(); number++) {
                        wanted.add(new PartitionId(topic.id(), number));
                    }
                }
            }
        }
        return wanted;
    }

    private SortedSet<PartitionId> existing(SortedSet<PartitionId> partitions) {
        SortedSet<PartitionId> existing = new TreeSet<>(partitions);
        existing.removeIf(partition -> !world.topics.view().has(partition.topic()));
        return existing;
    }

    private static SortedSet<PartitionId> partitions(List<TopicPartitions> topics) {
        SortedSet<PartitionId> partitions = new TreeSet<>();
        for (TopicPartitions topic : topics) {
            topic.partitions().forEach(number -> partitions.add(new PartitionId(topic.id(), number)));
        }
        return partitions;
    }
}
