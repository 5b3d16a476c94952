package io.flotilla.model.id;

import java.util.UUID;

/** Identity of one life of a topic; a re-created topic of the same name has another. */
public record TopicId(UUID value) implements Comparable<TopicId> {
    /** The id in 16 bytes, most significant first. */
    public byte[] bytes() {
        return UuidBytes.of(value);
    }

    /** The id that {@link #bytes()} gave; throws IllegalArgumentException unless there are exactly 16 bytes. */
    public static TopicId of(byte[] bytes) {
        return new TopicId(UuidBytes.uuid(bytes));
    }

    @Override
    public int compareTo(TopicId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
