package io.flotilla.client;

import io.flotilla.client.TopicDescription.PartitionDescription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why a partition is as it is.
 *
 * @param findings sentences for people: why this leader, why replicas are missing, what is planned; each since when
 * @param decisions oldest first, as far back as the active controller remembers
 * @param complete whether nothing was forgotten since the partition's creation
 */
public record PartitionExplanation(
        TopicPartition partition,
        PartitionDescription state,
        List<String> findings,
        List<Decision> decisions,
        boolean complete) {
    /**
     * One decision on it.
     *
     * @param at empty where it is not known
     * @param cause for people; empty where it is not known
     * @param state the partition from this revision on
     */
    public record Decision(long revision, Optional<Instant> at, String cause, PartitionDescription state) {}
}
