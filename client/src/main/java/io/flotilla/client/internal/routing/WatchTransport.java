package io.flotilla.client.internal.routing;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.Collection;

/** How the metadata watch reaches a broker. Listeners are called on the loop that owns the follower. */
public interface WatchTransport {
    /** Opens a watch; failures, the first connection included, reach the listener. */
    Watch open(Endpoint broker, Request request, Listener listener);

    /** Asks the broker for a sign of life, at most so long; exactly one of the listener's methods is called. */
    void probe(Endpoint broker, long timeoutMs, ProbeListener listener);

    /**
     * What to follow.
     *
     * @param topics names; empty means all topics
     * @param resume where to resume, {@link MetadataUpdate.Point#NONE} to start with a snapshot
     */
    record Request(Collection<String> topics, MetadataUpdate.Point resume) {}

    /** An open watch. */
    interface Watch {
        /** Ends the watch; the listener hears nothing after. */
        void close();
    }

    /** Hears what a watch brings. */
    interface Listener {
        void updated(MetadataUpdate update);

        /** The watch is over; nothing follows. */
        void broken(FlotillaError error);
    }

    /** Hears how a probe ended. */
    interface ProbeListener {
        void alive();

        void silent();
    }
}
