package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import java.util.Map;
import java.util.TreeMap;

/** What clients are told of the end of a partition, and what its replicas hold in the end. */
final class PartitionEnds {
    private PartitionEnds() {}

    static void check(Facts facts, Findings findings) {
        facts.toldEnds().stream().filter(told -> told.end() < told.leastEnd()).forEach(told -> {
            findings.add(
                    AnomalyKind.END_OFFSET,
                    told.key() + " ends at " + told.end() + " says op " + told.idx() + ", though offset "
                            + (told.leastEnd() - 1) + " had been acknowledged before it was asked");
        });
        checkDigests(facts, findings);
    }

    private static void checkDigests(Facts facts, Findings findings) {
        Map<String, Mop.Digest> first = new TreeMap<>();
        for (Op op : facts.ops(Act.DIGEST)) {
            if (op.type() != OpType.OK) {
                continue;
            }
            for (Mop mop : op.mops()) {
                Mop.Digest digest = (Mop.Digest) mop;
                Mop.Digest other = first.putIfAbsent(digest.key(), digest);
                if (other != null && !agree(digest, other)) {
                    findings.add(AnomalyKind.REPLICA_DIGEST, "op " + op.idx() + ": " + other + " and " + digest);
                }
            }
        }
    }

    private static boolean agree(Mop.Digest one, Mop.Digest other) {
        return one.start() == other.start()
                && one.end() == other.end()
                && one.sha256().equals(other.sha256());
    }
}
