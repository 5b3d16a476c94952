package io.flotilla.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hears how {@link Consumer#commitAsync} ended. Called by the application's thread, in poll, commitSync or close. */
@FunctionalInterface
public interface OffsetCommitCallback {
    /**
     * The commit ended.
     *
     * @param failure null when all was committed, else what {@link Consumer#commitSync} would have thrown
     */
    void onComplete(Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable Exception failure);
}
