package io.flotilla.client.internal.routing;

import io.flotilla.model.id.TopicId;
import java.util.List;

/**
 * One message of the metadata watch.
 *
 * @param point the state after the run of messages that this one belongs to
 * @param snapshot what was known before is to be forgotten when the first of a run arrives
 * @param last ends a run; a run is applied as one
 */
public record MetadataUpdate(Point point, boolean snapshot, boolean last, Brokers brokers, Topics topics) {
    /** A place in the history of the metadata; the empty history and revision 0 before anything was seen. */
    public record Point(String historyId, long revision) {
        public static final Point NONE = new Point("", 0);
    }

    /** Brokers that changed, and ids of those that went. */
    public record Brokers(List<BrokerNode> changed, List<Integer> removed) {}

    /** True when it changes nothing. */
    boolean isSignOfLife() {
        return !snapshot
                && brokers.changed().isEmpty()
                && brokers.removed().isEmpty()
                && topics.changed().isEmpty()
                && topics.removed().isEmpty();
    }

    /** Topics that changed, whole, and ids of those that were deleted. */
    public record Topics(List<TopicView> changed, List<TopicId> removed) {}
}
