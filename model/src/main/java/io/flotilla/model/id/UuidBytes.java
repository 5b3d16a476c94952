package io.flotilla.model.id;

import java.nio.ByteBuffer;
import java.util.UUID;

/** The 16-byte form of a UUID, most significant byte first. */
final class UuidBytes {
    private static final int LENGTH = 16;

    private UuidBytes() {}

    static byte[] of(UUID uuid) {
        return ByteBuffer.allocate(LENGTH)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    static UUID uuid(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("an id has " + LENGTH + " bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
