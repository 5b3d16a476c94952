package io.flotilla.sim.rpc;

import com.google.protobuf.MessageLite;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A message between its two ends. One that both ends know by the same generated class travels as it is, since it cannot
 * change; any other as the bytes that one end's marshaller made, for the other's to read.
 *
 * @param content a message or an array of bytes
 */
record Payload(Object content, int sizeBytes) {
    static <T> Payload of(Marshaller<T> marshaller, T message) {
        if (marshaller instanceof PrototypeMarshaller<T> && message instanceof MessageLite generated) {
            return new Payload(generated, generated.getSerializedSize());
        }
        try (InputStream stream = marshaller.stream(message)) {
            byte[] bytes = bytes(stream);
            return new Payload(bytes, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        if (stream instanceof Drainable drainable) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(stream.available());
            drainable.drainTo(bytes);
            return bytes.toByteArray();
        }
        return stream.readAllBytes();
    }

    <T> T read(Marshaller<T> marshaller) {
        if (content instanceof MessageLite generated) {
            if (marshaller instanceof PrototypeMarshaller<T> typed) {
                T prototype = typed.getMessagePrototype();
                if (prototype != null && prototype.getClass() == generated.getClass()) {
                    @SuppressWarnings("unchecked") // it is of the prototype's class
                    T same = (T) generated;
                    return same;
                }
            }
            return marshaller.parse(new Bytes(generated.toByteArray()));
        }
        return marshaller.parse(new Bytes((byte[]) content));
    }

    /** Of a known length, as a transport's are. */
    private static final class Bytes extends ByteArrayInputStream implements KnownLength {
        Bytes(byte[] bytes) {
            super(bytes);
        }
    }
}
