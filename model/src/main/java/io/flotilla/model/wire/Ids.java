package io.flotilla.model.wire;

import com.google.protobuf.ByteString;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.TopicId;

/** Ids to and from the 16 bytes of the protocol. Reading throws IllegalArgumentException unless there are 16 bytes. */
public final class Ids {
    private Ids() {}

    public static ByteString bytes(TopicId id) {
        return ByteString.copyFrom(id.bytes());
    }

    public static ByteString bytes(IncarnationId id) {
        return ByteString.copyFrom(id.bytes());
    }

    public static ByteString bytes(DirectoryId id) {
        return ByteString.copyFrom(id.bytes());
    }

    public static TopicId topic(ByteString bytes) {
        return TopicId.of(bytes.toByteArray());
    }

    public static IncarnationId incarnation(ByteString bytes) {
        return IncarnationId.of(bytes.toByteArray());
    }

    public static DirectoryId directory(ByteString bytes) {
        return DirectoryId.of(bytes.toByteArray());
    }
}
