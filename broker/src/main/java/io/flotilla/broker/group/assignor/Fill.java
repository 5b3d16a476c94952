package io.flotilla.broker.group.assignor;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Gives every partition that nobody may keep to the subscriber with the fewest; of equals to one in a rack with a
 * replica. Topics that few members want come first, since those have no choice. Stateless.
 */
final class Fill {
    private Fill() {}

    static void apply(Roster roster) {
        List<Integer> topics = IntStream.range(0, roster.topicCount())
                .boxed()
                .sorted(Comparator.comparingInt(topic -> members(roster.subscribers(topic))))
                .toList();
        for (int topic : topics) {
            roster.partitionsOf(topic)
                    .filter(partition -> roster.before(partition) == Roster.NOBODY)
                    .forEach(partition -> {
                        Cohort cohort = lightest(roster, roster.subscribers(topic), partition);
                        cohort.take(cohort.lightest(), topic);
                    });
        }
    }

    private static int members(List<Cohort> cohorts) {
        return cohorts.stream().mapToInt(Cohort::size).sum();
    }

    private static Cohort lightest(Roster roster, List<Cohort> cohorts, int partition) {
        Cohort best = cohorts.get(0);
        for (Cohort cohort : cohorts) {
            if (isBetter(roster, cohort, best, partition)) {
                best = cohort;
            }
        }
        return best;
    }

    private static boolean isBetter(Roster roster, Cohort cohort, Cohort best, int partition) {
        int more = cohort.lightest().load() - best.lightest().load();
        return more < 0 || (more == 0 && roster.isLocal(cohort, partition) && !roster.isLocal(best, partition));
    }
}
