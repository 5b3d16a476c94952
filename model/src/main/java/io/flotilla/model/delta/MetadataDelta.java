package io.flotilla.model.delta;

import io.flotilla.model.image.MetadataImage;
import java.util.List;

/**
 * One revision: all its records apply together.
 *
 * @param previousRevision revision of the image that it applies to
 * @param revision revision of the image that it makes; previousRevision + 1 but for a new history
 */
public record MetadataDelta(long previousRevision, long revision, List<MetadataRecord> records) {
    public MetadataDelta {
        records = List.copyOf(records);
        if (revision <= previousRevision) {
            throw new IllegalArgumentException("revision " + revision + " does not follow " + previousRevision);
        }
    }

    /**
     * The image after this change.
     *
     * @throws IllegalArgumentException when the image is not the one that this change follows
     */
    public MetadataImage applyTo(MetadataImage image) {
        if (image.revision() != previousRevision) {
            throw new IllegalArgumentException(
                    "a delta that follows revision " + previousRevision + " cannot apply to " + image.revision());
        }
        return Replay.all(image, records).withRevision(revision);
    }
}
