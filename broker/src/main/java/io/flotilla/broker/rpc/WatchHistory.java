package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.model.image.MetadataImage;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The latest steps of the metadata, from which watchers resume. On the metadata loop. */
final class WatchHistory {
    private final int stepsMax;
    private final NavigableMap<Long, WatchStep> byPrevious = new TreeMap<>();
    private MetadataImage image = MetadataImage.EMPTY;

    WatchHistory(int stepsMax) {
        this.stepsMax = stepsMax;
    }

    void add(MetadataChange change) {
        image = change.after();
        WatchStep.of(change).ifPresentOrElse(step -> byPrevious.put(step.previousRevision(), step), byPrevious::clear);
        while (byPrevious.size() > stepsMax) {
            byPrevious.pollFirstEntry();
        }
    }

    MetadataImage image() {
        return image;
    }

    /** The step that leads on from a revision; none when it is too old to be held. */
    Optional<WatchStep> after(long revision) {
        return Optional.ofNullable(byPrevious.get(revision));
    }
}
