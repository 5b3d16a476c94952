package io.flotilla.chaos.checker;

import java.util.Map;
import java.util.TreeMap;

/** Sends of one process keep their order; and nobody's send lands at or below what was acknowledged before it began. */
final class SendOrder {
    private SendOrder() {}

    static void check(Facts facts, Findings findings) {
        facts.partitions().forEach(partition -> check(partition, findings));
    }

    private static void check(PartitionFacts partition, Findings findings) {
        Map<Integer, SentValue> highest = new TreeMap<>();
        for (SentValue sent : partition.sent()) {
            long offset = partition.knownOffset(sent);
            if (offset < 0) {
                continue;
            }
            SentValue before = highest.get(sent.process());
            if (before == null || partition.knownOffset(before) <= offset) {
                highest.put(sent.process(), sent);
            } else {
                findings.add(
                        AnomalyKind.NONMONOTONIC_SEND,
                        partition.key() + " " + sent + " is at " + offset + ", below the earlier " + before + " at "
                                + partition.knownOffset(before));
            }
            if (offset <= sent.ackedBefore()) {
                findings.add(
                        AnomalyKind.REALTIME_ORDER,
                        partition.key() + " " + sent + " is at " + offset + ", though offset " + sent.ackedBefore()
                                + " had been acknowledged before it began");
            }
        }
    }
}
