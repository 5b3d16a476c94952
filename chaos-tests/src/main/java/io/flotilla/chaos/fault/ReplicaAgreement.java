package io.flotilla.chaos.fault;

import io.flotilla.client.Admin;
import io.flotilla.client.OffsetSpec;
import io.flotilla.client.ReplicaDigest;
import io.flotilla.client.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Whether the replicas of a topic hold the same, all of it. Digests cover what all replicas hold committed, so a
 * replica that holds nothing makes all digests equal: the leader's end says how far they must reach.
 *
 * @param digests of each replica
 * @param lacking what is not so yet; empty when nothing is
 */
public record ReplicaAgreement(List<ReplicaDigest> digests, String lacking) {
    /**
     * Asks once.
     *
     * @throws io.flotilla.model.error.FlotillaException when the cluster does not say
     */
    public static ReplicaAgreement look(Admin admin, String topic, int partitions) {
        Map<TopicPartition, OffsetSpec> latest = new TreeMap<>();
        IntStream.range(0, partitions)
                .forEach(number -> latest.put(new TopicPartition(topic, number), OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = admin.listOffsets(latest);
        List<ReplicaDigest> digests = admin.verifyReplicas(topic, List.of());
        return new ReplicaAgreement(digests, lacking(ends, digests));
    }

    /** @param ends of the leaders, asked before the digests */
    static String lacking(Map<TopicPartition, Long> ends, List<ReplicaDigest> digests) {
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            List<ReplicaDigest> replicas = digests.stream()
                    .filter(digest -> digest.partition() == end.getKey().partition())
                    .toList();
            if (replicas.isEmpty()) {
                return "nobody answers for " + end.getKey();
            }
            ReplicaDigest first = replicas.get(0);
            if (!replicas.stream().allMatch(first::agreesWith)) {
                return "replicas of " + end.getKey() + " differ or cannot be read: " + replicas;
            }
            if (first.endOffset() < end.getValue()) {
                return "a replica of " + end.getKey() + " ends at " + first.endOffset() + ", below its leader's end "
                        + end.getValue();
            }
        }
        return "";
    }
}
