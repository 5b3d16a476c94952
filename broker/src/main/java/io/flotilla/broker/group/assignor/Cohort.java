package io.flotilla.broker.group.assignor;

import io.flotilla.model.id.TopicId;
import java.util.Collections;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Members that stand for one another: the same subscription and the same rack. An assignment is made between cohorts,
 * and a partition that comes to one goes to its member with the least. One thread.
 */
final class Cohort {
    /** The rack of members that named none, and of those in racks without replicas. */
    static final int NO_RACK = -1;

    private final int number;
    private final int rack;
    private final SortedSet<TopicId> subscribed;
    private final TreeSet<Member> byLoad =
            new TreeSet<>(Comparator.comparingInt(Member::load).thenComparingInt(Member::number));
    private final NavigableMap<Integer, Integer> held = new TreeMap<>();

    Cohort(int number, int rack, SortedSet<TopicId> subscribed) {
        this.number = number;
        this.rack = rack;
        this.subscribed = subscribed;
    }

    int number() {
        return number;
    }

    int rack() {
        return rack;
    }

    boolean isSubscribedTo(TopicId topic) {
        return subscribed.contains(topic);
    }

    int size() {
        return byLoad.size();
    }

    /** The member with the fewest partitions; of several the first. */
    Member lightest() {
        return byLoad.first();
    }

    /** The member with the most partitions; of several the last. */
    Member heaviest() {
        return byLoad.last();
    }

    /** Topics of which members of the cohort are to have partitions. */
    SortedSet<Integer> topics() {
        return Collections.unmodifiableSortedSet(held.navigableKeySet());
    }

    /** The first member that is to have a partition of the topic, of which the cohort must have one. */
    Member holderOf(int topic) {
        return byLoad.descendingSet().stream()
                .filter(member -> member.held(topic) > 0)
                .findFirst()
                .orElseThrow();
    }

    /** The members, by load. */
    SortedSet<Member> members() {
        return Collections.unmodifiableSortedSet(byLoad);
    }

    void join(Member member) {
        byLoad.add(member);
    }

    /** A member of this cohort had a partition of the topic before, and is to keep it for now. */
    void keep(Member member, int topic) {
        byLoad.remove(member);
        member.keeps(topic);
        held.merge(topic, 1, Integer::sum);
        byLoad.add(member);
    }

    void take(Member member, int topic) {
        byLoad.remove(member);
        member.takes(topic);
        held.merge(topic, 1, Integer::sum);
        byLoad.add(member);
    }

    void give(Member member, int topic) {
        byLoad.remove(member);
        member.gives(topic);
        held.computeIfPresent(topic, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        byLoad.add(member);
    }
}
