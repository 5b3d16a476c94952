package io.flotilla.broker.metadata;

import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.image.MetadataImage;
import java.util.Optional;

/**
 * One step of the applied metadata.
 *
 * @param before the image applied last
 * @param after the image now
 * @param delta what led from one to the other; empty after a snapshot, which may skip revisions
 */
public record MetadataChange(MetadataImage before, MetadataImage after, Optional<MetadataDelta> delta) {
    /** Whether a majority of the controllers was lost in between, and with it what they decided last. */
    public boolean beginsHistory() {
        return before.bootstrapped() && !before.historyId().equals(after.historyId());
    }
}
