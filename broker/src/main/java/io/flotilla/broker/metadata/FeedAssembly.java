package io.flotilla.broker.metadata;

import io.flotilla.broker.metadata.FeedMessage.DeltaPart;
import io.flotilla.broker.metadata.FeedMessage.SnapshotPart;
import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.Replay;
import io.flotilla.model.image.MetadataImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts the parts of one feed stream together: an image changes by whole snapshots and whole revisions only, and never
 * goes back. Belongs to one stream and its follower's loop; a broken stream's assembly is thrown away with its parts.
 */
final class FeedAssembly {
    private MetadataImage image;
    private final List<MetadataRecord> parts = new ArrayList<>();
    /** Revision that the parts belong to; -1 while there are none. */
    private long assembling = -1;

    private String assemblingHistory = "";

    FeedAssembly(MetadataImage image) {
        this.image = image;
    }

    /**
     * The image as of the parts received.
     *
     * @return what the part completed, if it did
     * @throws FeedBreach when the feed contradicts itself or what was applied before
     */
    Optional<MetadataChange> snapshot(SnapshotPart part) {
        if (!assemblingHistory.equals(part.historyId())) {
            requireNothingPending("a snapshot of history " + part.historyId());
            assemblingHistory = part.historyId();
        }
        collect(part.revision(), part.records());
        if (!part.last()) {
            return Optional.empty();
        }
        if (part.revision() < image.revision()) {
            throw new FeedBreach(
                    "snapshot " + part.revision() + " lies before the applied revision " + image.revision());
        }
        MetadataImage next = Replay.all(MetadataImage.EMPTY, taken()).withRevision(part.revision());
        if (next.revision() == image.revision() && next.historyId().equals(image.historyId())) {
            return Optional.empty();
        }
        return Optional.of(change(next, Optional.empty()));
    }

    /** As {@link #snapshot}, for a part of one revision; one that is already applied is skipped. */
    Optional<MetadataChange> delta(DeltaPart part) {
        if (part.revision() <= image.revision()) {
            return Optional.empty();
        }
        if (part.previousRevision() != image.revision()) {
            throw new FeedBreach("revision " + part.revision() + " follows " + part.previousRevision()
                    + ", but the applied one is " + image.revision());
        }
        collect(part.revision(), part.records());
        if (!part.last()) {
            return Optional.empty();
        }
        MetadataDelta delta = new MetadataDelta(part.previousRevision(), part.revision(), taken());
        return Optional.of(change(delta.applyTo(image), Optional.of(delta)));
    }

    private MetadataChange change(MetadataImage next, Optional<MetadataDelta> delta) {
        MetadataChange change = new MetadataChange(image, next, delta);
        image = next;
        return change;
    }

    private void collect(long revision, List<MetadataRecord> records) {
        if (assembling != revision) {
            requireNothingPending("revision " + revision);
            assembling = revision;
        }
        parts.addAll(records);
    }

    private void requireNothingPending(String next) {
        if (assembling != -1) {
            throw new FeedBreach(next + " came before revision " + assembling + " was complete");
        }
    }

    private List<MetadataRecord> taken() {
        List<MetadataRecord> taken = List.copyOf(parts);
        parts.clear();
        assembling = -1;
        assemblingHistory = "";
        return taken;
    }

    /** The feed broke its promise; the stream is dropped and another one resumes. */
    static final class FeedBreach extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FeedBreach(String message) {
            super(message);
        }
    }
}
