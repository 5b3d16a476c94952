package io.flotilla.model.id;

/** The topics that the cluster keeps for itself: clients may read them, and only brokers write them. */
public final class InternalTopics {
    /** Where coordinators keep consumer groups and their committed offsets. */
    public static final String CONSUMER_OFFSETS = "__consumer_offsets";

    private InternalTopics() {}

    /** Whether a topic of this name is the cluster's own. */
    public static boolean contains(String name) {
        return name.equals(CONSUMER_OFFSETS);
    }
}
