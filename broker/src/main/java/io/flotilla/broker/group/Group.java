package io.flotilla.broker.group;

import io.flotilla.model.id.PartitionId;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is persisted of one group; changed by facts only. One thread. */
final class Group {
    private final String name;
    private @Nullable StoredHeader header;
    private final SortedMap<String, StoredMember> members = new TreeMap<>();
    private final SortedMap<String, PartitionSet> targets = new TreeMap<>();
    private final NavigableMap<PartitionId, StoredOffset> offsets = new TreeMap<>();
    /** Who holds each partition, revoking included: one member, but for moments of a replay. */
    private final SortedMap<PartitionId, SortedSet<String>> holders = new TreeMap<>();

    Group(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    @Nullable
    StoredHeader header() {
        return header;
    }

    /** 0 before the first member. */
    int epoch() {
        return header == null ? 0 : header.epoch();
    }

    int assignmentEpoch() {
        return header == null ? 0 : header.assignmentEpoch();
    }

    SortedMap<String, StoredMember> members() {
        return Collections.unmodifiableSortedMap(members);
    }

    boolean hasMembers() {
        return !members.isEmpty();
    }

    @Nullable
    StoredMember member(String memberId) {
        return members.get(memberId);
    }

    /** The id of the static member with the instance id, or null. */
    @Nullable
    String memberOfInstance(String instanceId) {
        for (var member : members.entrySet()) {
            if (member.getValue()
                    .terms()
                    .instanceId()
                    .filter(instanceId::equals)
                    .isPresent()) {
                return member.getKey();
            }
        }
        return null;
    }

    /** By member id; those of members that are to hold nothing are not in it. */
    SortedMap<String, PartitionSet> targets() {
        return Collections.unmodifiableSortedMap(targets);
    }

    PartitionSet target(String memberId) {
        return targets.getOrDefault(memberId, PartitionSet.EMPTY);
    }

    NavigableMap<PartitionId, StoredOffset> offsets() {
        return Collections.unmodifiableNavigableMap(offsets);
    }

    boolean isHeld(PartitionId partition) {
        return holders.containsKey(partition);
    }

    /** Whether a member other than this one holds the partition. */
    boolean isHeldByAnother(PartitionId partition, String memberId) {
        SortedSet<String> of = holders.get(partition);
        return of != null && !(of.size() == 1 && of.contains(memberId));
    }

    /** Whether every member holds what its target says. */
    boolean isSettled() {
        return members.entrySet().stream()
                .allMatch(member -> member.getValue().revoking().isEmpty()
                        && member.getValue().assigned().equals(target(member.getKey())));
    }

    GroupState state() {
        if (members.isEmpty()) {
            return GroupState.EMPTY;
        }
        if (epoch() != assignmentEpoch()) {
            return GroupState.ASSIGNING;
        }
        return isSettled() ? GroupState.STABLE : GroupState.RECONCILING;
    }

    /** Whether nothing is known of the group: it does not exist. */
    boolean isNothing() {
        return header == null && members.isEmpty() && targets.isEmpty() && offsets.isEmpty();
    }

    void apply(Fact fact) {
        if (fact instanceof Fact.Header now) {
            header = now.value();
        } else if (fact instanceof Fact.Member now) {
            apply(now);
        } else if (fact instanceof Fact.Target now) {
            put(targets, now.memberId(), now.value());
        } else if (fact instanceof Fact.Offset now) {
            put(offsets, now.partition(), now.value());
        }
    }

    private void apply(Fact.Member now) {
        StoredMember before = members.get(now.memberId());
        if (before != null) {
            before.held().all().forEach(partition -> release(partition, now.memberId()));
        }
        put(members, now.memberId(), now.value());
        if (now.value() != null) {
            for (PartitionId partition : now.value().held().all()) {
                holders.computeIfAbsent(partition, none -> new TreeSet<>()).add(now.memberId());
            }
        }
    }

    private void release(PartitionId partition, String memberId) {
        holders.computeIfPresent(partition, (same, of) -> {
            of.remove(memberId);
            return of.isEmpty() ? null : of;
        });
    }

    private static <K, V> void put(SortedMap<K, V> map, K key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }
}
