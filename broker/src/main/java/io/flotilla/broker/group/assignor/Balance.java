package io.flotilla.broker.group.assignor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes loads as equal as subscriptions allow: as long as partitions can pass, from member to member and each of a
 * topic that its taker subscribes to, from one to another with at least two fewer, they do. What is left has the
 * smallest largest load, the smallest second largest, and so on; among members of one subscription, loads differ by one
 * at most (Harvey, Ladner, Lovász, Tamir: Semi-matchings for bipartite graphs and load balancing, 2006). The way with
 * the fewest moves is taken, from the most to the least: where all have one subscription, no assignment as balanced
 * moves fewer. One thread; of use once.
 */
final class Balance {
    private final Roster roster;
    /** By cohort: whether nothing of it can pass to anyone with two fewer than the most that is left. */
    private final boolean[] settled;

    private Balance(Roster roster) {
        this.roster = roster;
        this.settled = new boolean[roster.cohorts().size()];
    }

    static void apply(Roster roster) {
        Balance balance = new Balance(roster);
        for (Member most = balance.heaviest(); most != null; most = balance.heaviest()) {
            balance.relieve(most);
        }
    }

    /** One partition of a topic passes to a cohort, after the hop before. */
    private record Hop(Cohort cohort, int topic, @Nullable Hop before) {}

    /** The member with the most partitions, unless no unsettled one has two more than another. */
    private @Nullable Member heaviest() {
        List<Cohort> open = roster.cohorts().stream()
                .filter(cohort -> !settled[cohort.number()])
                .toList();
        if (open.isEmpty()) {
            return null;
        }
        int least =
                open.stream().mapToInt(cohort -> cohort.lightest().load()).min().orElseThrow();
        Member most = open.stream()
                .map(Cohort::heaviest)
                .max(Comparator.comparingInt(Member::load))
                .orElseThrow();
        return most.load() - least >= 2 ? most : null;
    }

    private void relieve(Member member) {
        boolean[] reached = new boolean[settled.length];
        boolean[] passed = new boolean[roster.topicCount()];
        List<Hop> ends = spread(member.topicsToGive(), null, reached, passed);
        while (!ends.isEmpty()) {
            Hop best = ends.stream()
                    .min(Comparator.comparingInt(hop -> hop.cohort().lightest().load()))
                    .orElseThrow();
            if (best.cohort().lightest().load() <= member.load() - 2) {
                pass(member, best);
                return;
            }
            List<Hop> next = new ArrayList<>();
            ends.forEach(hop -> next.addAll(spread(hop.cohort().topics(), hop, reached, passed)));
            ends = next;
        }
        settle(member.cohort(), reached);
    }

    /** The cohorts that can be reached by one partition more, and were not reached before. */
    private List<Hop> spread(Iterable<Integer> topics, @Nullable Hop from, boolean[] reached, boolean[] passed) {
        List<Hop> hops = new ArrayList<>();
        for (int topic : topics) {
            if (passed[topic]) {
                continue;
            }
            passed[topic] = true;
            for (Cohort cohort : roster.subscribers(topic)) {
                if (!settled[cohort.number()] && !reached[cohort.number()]) {
                    reached[cohort.number()] = true;
                    hops.add(new Hop(cohort, topic, from));
                }
            }
        }
        return hops;
    }

    private static void pass(Member from, Hop last) {
        Deque<Hop> way = new ArrayDeque<>();
        for (Hop hop = last; hop != null; hop = hop.before()) {
            way.addFirst(hop);
        }
        Member giver = from;
        while (!way.isEmpty()) {
            Hop hop = way.removeFirst();
            Member taker = way.isEmpty()
                    ? hop.cohort().lightest()
                    : hop.cohort().holderOf(way.getFirst().topic());
            giver.cohort().give(giver, hop.topic());
            taker.cohort().take(taker, hop.topic());
            giver = taker;
        }
    }

    /** What was reached gives to nobody else, and nobody in it has two fewer than the most: it stays as it is. */
    private void settle(Cohort source, boolean[] reached) {
        settled[source.number()] = true;
        for (int cohort = 0; cohort < reached.length; cohort++) {
            settled[cohort] |= reached[cohort];
        }
    }
}
