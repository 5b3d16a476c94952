package io.flotilla.model.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message whose field 1 is {@code repeated RecordBatch batches}, split into the raw bytes of the batches and a
 * message of its other fields; no batch is parsed. Both parts are views of the message where their bytes lie side by
 * side, as every serialiser writes them, else copies. The other fields are few and left to the generated parser.
 *
 * @param batches entries of {@code 0A}, the shortest length, the body; unchecked
 * @param fields everything else as it came, unknown fields included
 */
public record SplitMessage(ByteBuffer batches, ByteBuffer fields) {
    /** Tag of field 1 with wire type 2. */
    private static final int BATCHES_TAG = 0x0A;
    /** A tag of one byte and a length of at most five. */
    private static final int PREFIX_BYTES_MAX = 6;

    /**
     * Splits a message; the parts share its array.
     *
     * @throws InvalidProtocolBufferException when the bytes are no message
     */
    public static SplitMessage of(byte[] message) throws InvalidProtocolBufferException {
        try {
            return walk(message);
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    /**
     * As {@link #of}; but where the message begins with its other fields, as ours do, everything from the first batch
     * on is taken for batches, so that bytes that went bad among them spoil nothing else, and whoever checks them finds
     * them.
     *
     * @throws InvalidProtocolBufferException when the bytes before the batches are no message
     */
    public static SplitMessage ofStored(byte[] message) throws InvalidProtocolBufferException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        try {
            while (!in.isAtEnd()) {
                int start = in.getTotalBytesRead();
                int tag = in.readTag();
                if (tag == BATCHES_TAG) {
                    return start == 0 ? of(message) : cut(message, start);
                }
                if (!in.skipField(tag)) {
                    throw new InvalidProtocolBufferException("a group ends at byte " + start + " that never began");
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
        return cut(message, message.length);
    }

    private static SplitMessage cut(byte[] message, int at) {
        return new SplitMessage(
                ByteBuffer.wrap(message, at, message.length - at).slice(),
                ByteBuffer.wrap(message, 0, at).slice());
    }

    private static SplitMessage walk(byte[] message) throws IOException {
        Part batches = new Part(message);
        Part fields = new Part(message);
        CodedInputStream in = CodedInputStream.newInstance(message);
        while (!in.isAtEnd()) {
            int start = in.getTotalBytesRead();
            int tag = in.readTag();
            if (tag == BATCHES_TAG) {
                int length = in.readRawVarint32();
                int body = in.getTotalBytesRead();
                in.skipRawBytes(length);
                addBatch(batches, start, body, length);
            } else if (in.skipField(tag)) {
                fields.add(start, in.getTotalBytesRead());
            } else {
                throw new InvalidProtocolBufferException("a group ends at byte " + start + " that never began");
            }
        }
        return new SplitMessage(batches.bytes(), fields.bytes());
    }

    private static void addBatch(Part batches, int start, int body, int length) throws IOException {
        if (body - start == 1 + CodedOutputStream.computeUInt32SizeNoTag(length)) {
            batches.add(start, body + length);
            return;
        }
        ByteArrayOutputStream copy = batches.copy();
        CodedOutputStream prefix = CodedOutputStream.newInstance(copy, PREFIX_BYTES_MAX);
        prefix.writeUInt32NoTag(BATCHES_TAG);
        prefix.writeUInt32NoTag(length);
        prefix.flush();
        batches.add(body, body + length);
    }

    /** Pieces of the message, one after the other: a view while they lie side by side, a copy from then on. */
    private static final class Part {
        private final byte[] message;
        private int start;
        private int end;
        private @Nullable ByteArrayOutputStream copied;

        Part(byte[] message) {
            this.message = message;
        }

        void add(int from, int to) {
            if (copied == null && start == end) {
                start = from;
                end = to;
            } else if (copied == null && from == end) {
                end = to;
            } else {
                copy().write(message, from, to - from);
            }
        }

        ByteArrayOutputStream copy() {
            ByteArrayOutputStream copy = copied;
            if (copy == null) {
                copy = new ByteArrayOutputStream(message.length);
                copy.write(message, start, end - start);
                copied = copy;
            }
            return copy;
        }

        ByteBuffer bytes() {
            return copied == null
                    ? ByteBuffer.wrap(message, start, end - start).slice()
                    : ByteBuffer.wrap(copied.toByteArray());
        }
    }
}
