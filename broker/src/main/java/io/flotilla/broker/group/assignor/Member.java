package io.flotilla.broker.group.assignor;

import io.flotilla.broker.group.AssignmentRequest.MemberSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A member while an assignment is being made: how many partitions of each topic it had, and is to have. One thread. */
final class Member {
    private final int number;
    private final String id;
    private final MemberSpec spec;
    private final Cohort cohort;
    private final NavigableMap<Integer, Integer> before = new TreeMap<>();
    private final NavigableMap<Integer, Integer> held = new TreeMap<>();
    private int load;

    /** @param number position among the members, by id */
    Member(int number, String id, MemberSpec spec, Cohort cohort) {
        this.number = number;
        this.id = id;
        this.spec = spec;
        this.cohort = cohort;
    }

    int number() {
        return number;
    }

    String id() {
        return id;
    }

    MemberSpec spec() {
        return spec;
    }

    Cohort cohort() {
        return cohort;
    }

    /** Partitions that the member is to have, of all topics. */
    int load() {
        return load;
    }

    int held(int topic) {
        return held.getOrDefault(topic, 0);
    }

    /** Topics of which the member is to have partitions, with how many: 1 or more. */
    NavigableMap<Integer, Integer> held() {
        return Collections.unmodifiableNavigableMap(held);
    }

    /**
     * Topics that the member can give from: first those of which it is to have more than it had, which moves nothing.
     */
    List<Integer> topicsToGive() {
        List<Integer> gained = new ArrayList<>();
        List<Integer> kept = new ArrayList<>();
        held.forEach((topic, count) -> (count > before.getOrDefault(topic, 0) ? gained : kept).add(topic));
        gained.addAll(kept);
        return gained;
    }

    /** The member had one partition more of a topic before, and may keep it. For its cohort only. */
    void keeps(int topic) {
        before.merge(topic, 1, Integer::sum);
        takes(topic);
    }

    /** For its cohort only, which orders its members by load. */
    void takes(int topic) {
        held.merge(topic, 1, Integer::sum);
        load++;
    }

    /** For its cohort only. */
    void gives(int topic) {
        held.computeIfPresent(topic, (same, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        load--;
    }
}
