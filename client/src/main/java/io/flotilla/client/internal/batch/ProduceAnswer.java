package io.flotilla.client.internal.batch;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.Durability;
import org.jspecify.annotations.Nullable;

/**
 * A broker's answer to one batch.
 *
 * @param correlationId of the command
 * @param baseOffset offset of the batch's first record
 * @param appendTimeMs when the leader appended it, milliseconds since the Unix epoch
 * @param duplicate an earlier attempt had been appended
 * @param error set when nothing was acknowledged; then only the correlation id has a meaning
 */
public record ProduceAnswer(
        long correlationId,
        long baseOffset,
        int leaderEpoch,
        long appendTimeMs,
        Durability durability,
        boolean duplicate,
        @Nullable FlotillaError error) {}
