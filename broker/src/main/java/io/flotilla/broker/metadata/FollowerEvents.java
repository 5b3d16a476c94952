package io.flotilla.broker.metadata;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;

/** What a metadata follower learns besides the metadata; called on its loop. */
public interface FollowerEvents {
    /** The feed named the active controller; called on every message that does, also when nothing changed. */
    void onActiveController(Endpoint controller);

    /** Nobody has told the metadata for a while: called after ten seconds, then every minute until somebody does. */
    void onOutage(FeedOutage outage);

    /** The quorum refuses this broker for good, for example because it belongs to another cluster. */
    void onRefused(FlotillaError reason);
}
