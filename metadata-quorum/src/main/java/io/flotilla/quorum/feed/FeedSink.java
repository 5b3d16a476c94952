package io.flotilla.quorum.feed;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.proto.internal.v1.FollowResponse;

/** Where a watcher's messages go. Called on the feed's executor only. */
public interface FeedSink {
    /** Whether another message can go out without piling up; when that changes, the owner pumps the watch. */
    boolean ready();

    void send(FollowResponse message);

    /** Ends the watch with an error. */
    void fail(FlotillaError error);
}
