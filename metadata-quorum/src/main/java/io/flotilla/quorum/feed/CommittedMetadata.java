package io.flotilla.quorum.feed;

import io.flotilla.model.image.MetadataImage;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.DeltaListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The metadata that this node has applied, for any thread; written by the log's apply thread, which tells the followers
 * in the order in which they came. Nothing to close.
 */
public final class CommittedMetadata implements DeltaListener {
    private final List<DeltaListener> followers = new CopyOnWriteArrayList<>();
    private volatile MetadataImage image = MetadataImage.EMPTY;

    /** Adds a follower; before the log starts, or it misses what came before. */
    public void follow(DeltaListener follower) {
        followers.add(follower);
    }

    /** The newest image applied here. */
    public MetadataImage image() {
        return image;
    }

    @Override
    public void applied(AppliedDelta applied) {
        image = applied.image();
        followers.forEach(follower -> follower.applied(applied));
    }

    @Override
    public void loaded(MetadataImage loaded) {
        image = loaded;
        followers.forEach(follower -> follower.loaded(loaded));
    }

    @Override
    public void differs(String difference) {
        followers.forEach(follower -> follower.differs(difference));
    }
}
