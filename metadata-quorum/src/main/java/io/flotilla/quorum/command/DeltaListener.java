package io.flotilla.quorum.command;

import io.flotilla.model.image.MetadataImage;

/** Follows the committed metadata. Called on the log's apply thread, in order; returns at once and never throws. */
public interface DeltaListener {
    /** The next revision was applied. */
    void applied(AppliedDelta applied);

    /** The whole state was replaced by that of a snapshot, which may be any number of revisions ahead. */
    void loaded(MetadataImage image);

    /** This voter's image differs from the leader's; the sentences say what operators should do. */
    default void differs(String difference) {}
}
