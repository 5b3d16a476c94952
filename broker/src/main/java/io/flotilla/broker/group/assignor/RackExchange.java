package io.flotilla.broker.group.assignor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lets partitions that move anyway change places, as long as that brings one more of them to a rack with a replica. A
 * partition in the wrong rack takes the place of another, which takes the place of a third, and so on, until the last
 * one takes the first's: an augmenting path of a matching between partitions and places. So loads stay, nothing more
 * moves, and where all have one subscription no other exchange would do better. One thread; of use once.
 */
final class RackExchange {
    private final Roster roster;
    private final int[] owners;
    /** By cohort: the partitions that came to it and are local there. */
    private final List<NavigableSet<Integer>> local = new ArrayList<>();
    /** By cohort: the partitions that came to it and would be local elsewhere. */
    private final List<NavigableSet<Integer>> remote = new ArrayList<>();
    /** By cohort: whether every exchange that enters it ends in it, among partitions that are all local. */
    private final boolean[] exhausted;

    private RackExchange(Roster roster, int[] owners) {
        this.roster = roster;
        this.owners = owners;
        this.exhausted = new boolean[roster.cohorts().size()];
        roster.cohorts().forEach(cohort -> {
            local.add(new TreeSet<>());
            remote.add(new TreeSet<>());
        });
    }

    /** Improves the owners in place. */
    static void apply(Roster roster, int[] owners) {
        RackExchange exchange = new RackExchange(roster, owners);
        List<Integer> moved = IntStream.range(0, owners.length)
                .filter(partition -> owners[partition] != roster.before(partition))
                .boxed()
                .toList();
        moved.forEach(exchange::enter);
        moved.stream()
                .filter(partition -> !roster.isLocal(exchange.home(partition), partition))
                .sorted(Comparator.comparingInt(
                                (Integer partition) -> exchange.owner(partition).load())
                        .reversed())
                .toList()
                .forEach(exchange::improve);
    }

    /** A partition comes to a cohort, in whose stead one of that cohort goes on. */
    private record Step(Cohort cohort, int comer, @Nullable Step before) {}

    private void improve(int partition) {
        Cohort home = home(partition);
        if (roster.isLocal(home, partition)) {
            return; // it took part in another's exchange
        }
        boolean[] reached = new boolean[exhausted.length];
        List<Step> steps = steps(partition, null, reached);
        for (int next = 0; next < steps.size(); next++) {
            Step step = steps.get(next);
            if (step.cohort() == home) {
                shift(chain(step), owner(partition));
                return;
            }
            Integer last = remoteThatSuits(step.cohort(), home);
            if (last != null) {
                Deque<Integer> chain = chain(step);
                chain.addLast(last);
                shift(chain, owner(partition));
                return;
            }
            Member lighter = step.cohort().lightest();
            if (lighter.load() < owner(partition).load()) {
                shift(chain(step), lighter);
                return;
            }
            local.get(step.cohort().number()).forEach(other -> steps.addAll(steps(other, step, reached)));
        }
        exhaust(steps);
    }

    /** Where a partition would be local, as far as nobody came there yet. */
    private List<Step> steps(int partition, @Nullable Step before, boolean[] reached) {
        List<Step> steps = new ArrayList<>();
        for (Cohort cohort : roster.localSubscribers(partition)) {
            if (!reached[cohort.number()] && !exhausted[cohort.number()]) {
                reached[cohort.number()] = true;
                steps.add(new Step(cohort, partition, before));
            }
        }
        return steps;
    }

    private @Nullable Integer remoteThatSuits(Cohort cohort, Cohort home) {
        return remote.get(cohort.number()).stream()
                .filter(partition -> roster.isSubscribed(home, partition))
                .findFirst()
                .orElse(null);
    }

    /** Nothing local gives way to anything, for ever, when no exchange leads out and there is nothing remote inside. */
    private void exhaust(List<Step> steps) {
        if (steps.stream().allMatch(step -> remote.get(step.cohort().number()).isEmpty())) {
            steps.forEach(step -> exhausted[step.cohort().number()] = true);
        }
    }

    /** Those who come, in the order in which each takes the place of the next. */
    private static Deque<Integer> chain(Step last) {
        Deque<Integer> chain = new ArrayDeque<>();
        for (Step step = last; step != null; step = step.before()) {
            chain.addFirst(step.comer());
        }
        return chain;
    }

    /** Each takes the place of the next; the last one goes to a member. */
    private void shift(Deque<Integer> chain, Member end) {
        List<Integer> comers = List.copyOf(chain);
        List<Member> places = new ArrayList<>();
        comers.stream().skip(1).map(this::owner).forEach(places::add);
        places.add(end);
        for (int index = 0; index < comers.size(); index++) {
            hand(comers.get(index), places.get(index));
        }
    }

    private void hand(int partition, Member taker) {
        int topic = roster.topicOf(partition);
        Member giver = owner(partition);
        leave(partition);
        giver.cohort().give(giver, topic);
        taker.cohort().take(taker, topic);
        owners[partition] = taker.number();
        enter(partition);
    }

    private void enter(int partition) {
        placesOf(partition).add(partition);
    }

    private void leave(int partition) {
        placesOf(partition).remove(partition);
    }

    private NavigableSet<Integer> placesOf(int partition) {
        Cohort home = home(partition);
        return (roster.isLocal(home, partition) ? local : remote).get(home.number());
    }

    private Member owner(int partition) {
        return roster.member(owners[partition]);
    }

    private Cohort home(int partition) {
        return owner(partition).cohort();
    }
}
