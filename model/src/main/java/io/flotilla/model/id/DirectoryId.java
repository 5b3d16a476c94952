package io.flotilla.model.id;

import java.util.UUID;

/** Identity of a log directory, written once when it is formatted. */
public record DirectoryId(UUID value) implements Comparable<DirectoryId> {
    /** The id in 16 bytes, most significant first. */
    public byte[] bytes() {
        return UuidBytes.of(value);
    }

    /** The id that {@link #bytes()} gave; throws IllegalArgumentException unless there are exactly 16 bytes. */
    public static DirectoryId of(byte[] bytes) {
        return new DirectoryId(UuidBytes.uuid(bytes));
    }

    @Override
    public int compareTo(DirectoryId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
