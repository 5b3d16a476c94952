package io.flotilla.model.wire;

import io.grpc.KnownLength;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Takes an inbound message out of the transport's buffers into one array of its own: the one copy of the hot path's
 * inbound side. An array read costs the same as a loop over {@code HasByteBuffer} chunks, because both end in one copy
 * per chunk, and works with every transport.
 */
public final class MessageBytes {
    private MessageBytes() {}

    /** As {@link #owned}; a transport that loses a message ends the call with INTERNAL. */
    public static byte[] taken(InputStream message) {
        try {
            return owned(message);
        } catch (IOException e) {
            throw Status.INTERNAL
                    .withDescription("the transport lost a message: " + e.getMessage())
                    .withCause(e)
                    .asRuntimeException();
        }
    }

    /** All that the stream still holds; the caller owns the array. The transport bounds its size. */
    public static byte[] owned(InputStream message) throws IOException {
        if (!(message instanceof KnownLength)) {
            return message.readAllBytes();
        }
        byte[] bytes = new byte[message.available()];
        int read = message.readNBytes(bytes, 0, bytes.length);
        return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
    }
}
