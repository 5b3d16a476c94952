package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * After healing every replica holds the same, and all of it. A digest covers only what all replicas hold, so replicas
 * that hold nothing agree: what counts is that the range covers every record that is known. Nothing is ever deleted.
 */
final class ReplicaContents {
    private ReplicaContents() {}

    /** Says nothing where no digests were taken: then the run is vacuous. */
    static void check(Facts facts, Findings findings) {
        Map<String, List<Mop.Digest>> digests = new TreeMap<>();
        facts.partitions().forEach(partition -> digests.put(partition.key(), new ArrayList<>()));
        boolean taken = false;
        for (Op op : facts.ops(Act.DIGEST)) {
            if (op.type() == OpType.OK) {
                taken = true;
                op.mops().forEach(mop -> {
                    Mop.Digest digest = (Mop.Digest) mop;
                    digests.computeIfAbsent(digest.key(), none -> new ArrayList<>())
                            .add(digest);
                });
            }
        }
        if (taken) {
            digests.forEach((key, found) -> check(facts, key, found, findings));
        }
    }

    private static void check(Facts facts, String key, List<Mop.Digest> digests, Findings findings) {
        long nodes = digests.stream().map(Mop.Digest::node).distinct().count();
        facts.expectation()
                .filter(least -> least.replicas() != nodes)
                .ifPresent(least -> findings.add(
                        AnomalyKind.REPLICA_DIGEST,
                        key + " has " + least.replicas() + " replicas, but digests of " + nodes + ": " + digests));
        PartitionFacts partition = facts.of(key);
        for (Mop.Digest digest : digests) {
            Mop.Digest first = digests.get(0);
            if (!digest.isRead()) {
                findings.add(AnomalyKind.REPLICA_DIGEST, "cannot be read: " + digest);
            } else if (first.isRead() && !agree(digest, first)) {
                findings.add(AnomalyKind.REPLICA_DIGEST, "differ: " + first + " and " + digest);
            } else if (digest.end() < partition.leastEnd()) {
                findings.add(
                        AnomalyKind.REPLICA_DIGEST,
                        "ends below " + partition.leastEnd() + ", though the record before that was acknowledged or"
                                + " read: " + digest);
            } else if (digest.start() > partition.mostStart()) {
                findings.add(
                        AnomalyKind.REPLICA_DIGEST,
                        "begins above the record at " + partition.mostStart() + ", which nobody deleted: " + digest);
            }
        }
    }

    private static boolean agree(Mop.Digest one, Mop.Digest other) {
        return one.start() == other.start()
                && one.end() == other.end()
                && one.sha256().equals(other.sha256());
    }
}
