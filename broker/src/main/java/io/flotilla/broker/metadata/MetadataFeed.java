package io.flotilla.broker.metadata;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;

/** The metadata feed of the quorum's nodes, as a port. */
@FunctionalInterface
public interface MetadataFeed {
    /** Opens a stream; never blocks, and reports a node that cannot be reached through the sink. */
    Stream open(Endpoint node, ResumePoint from, Sink sink);

    /**
     * Where a follower stands.
     *
     * @param historyId of the image applied; empty without any
     * @param revision of the image applied; 0 without any
     */
    record ResumePoint(String historyId, long revision) {}

    /** An open stream; its follower's loop owns and closes it. */
    interface Stream {
        /** One message was processed; another may be sent. */
        void processed();

        /** Ends the stream; what was on its way may still reach the sink. */
        void close();
    }

    /** Where the stream's messages go, in order; called on any thread. */
    interface Sink {
        void onMessage(FeedMessage message);

        /** The stream ended; nothing follows. */
        void onClosed(FlotillaError reason);
    }
}
