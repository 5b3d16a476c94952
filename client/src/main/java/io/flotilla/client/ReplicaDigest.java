package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;
import java.util.Optional;

/**
 * What one replica holds of the range [startOffset, endOffset), which is the same for all replicas of a partition.
 *
 * @param sha256 of the stored bytes of the range, in hexadecimal
 * @param error set when the replica could not be read
 */
public record ReplicaDigest(
        int partition,
        int brokerId,
        long startOffset,
        long endOffset,
        long batches,
        long bytes,
        String sha256,
        Optional<FlotillaError> error) {
    /** Whether both replicas could be read and hold the same bytes. */
    public boolean agreesWith(ReplicaDigest other) {
        return error.isEmpty()
                && other.error.isEmpty()
                && partition == other.partition
                && startOffset == other.startOffset
                && endOffset == other.endOffset
                && sha256.equals(other.sha256);
    }
}
