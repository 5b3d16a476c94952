package io.flotilla.model.id;

import java.util.UUID;

/** Identity of one run of a broker process. */
public record IncarnationId(UUID value) implements Comparable<IncarnationId> {
    /** The id in 16 bytes, most significant first. */
    public byte[] bytes() {
        return UuidBytes.of(value);
    }

    /** The id that {@link #bytes()} gave; throws IllegalArgumentException unless there are exactly 16 bytes. */
    public static IncarnationId of(byte[] bytes) {
        return new IncarnationId(UuidBytes.uuid(bytes));
    }

    @Override
    public int compareTo(IncarnationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
