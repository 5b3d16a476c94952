package io.flotilla.client;

/** How a consumer group is. */
public enum ConsumerGroupState {
    /** It has committed offsets and no members. */
    EMPTY("Empty"),
    /** Who is to read what is being decided. */
    ASSIGNING("Assigning"),
    /** Some member has yet to give up or take what it is to have. */
    RECONCILING("Reconciling"),
    /** Every member holds what it is to have. */
    STABLE("Stable"),
    /** There is no such group. */
    DEAD("Dead"),
    /** Something that this client does not know, or the coordinator did not say. */
    UNKNOWN("Unknown");

    private final String text;

    ConsumerGroupState(String text) {
        this.text = text;
    }

    /** Kafka's name of the state. */
    @Override
    public String toString() {
        return text;
    }
}
