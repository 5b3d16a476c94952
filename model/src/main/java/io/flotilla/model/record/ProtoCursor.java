package io.flotilla.model.record;

import java.nio.ByteBuffer;

/**
 * Walks protobuf fields in a buffer, whatever the order and the width of their varints. Throws
 * {@link CorruptBatchException} where the bytes are not protobuf; never reads outside its bounds.
 */
final class ProtoCursor {
    static final int WIRE_VARINT = 0;
    static final int WIRE_FIXED64 = 1;
    static final int WIRE_BYTES = 2;
    static final int WIRE_FIXED32 = 5;

    private final ByteBuffer buffer;
    private int position;
    private int limit;

    ProtoCursor(ByteBuffer buffer, int position, int limit) {
        this.buffer = buffer;
        this.position = position;
        this.limit = limit;
    }

    int position() {
        return position;
    }

    boolean hasMore() {
        return position < limit;
    }

    /** Goes on at {@code position}, bounded by {@code limit}. */
    void move(int newPosition, int newLimit) {
        position = newPosition;
        limit = newLimit;
    }

    /** Field number in the upper bits, wire type in the lowest three. */
    int readTag() {
        long tag = readVarint();
        if (tag >>> 32 != 0 || tag >>> 3 == 0) {
            throw malformed("tag " + Long.toUnsignedString(tag) + " is not a field's");
        }
        return (int) tag;
    }

    long readVarint() {
        if (position < limit) {
            byte first = buffer.get(position);
            if (first >= 0) {
                position++;
                return first;
            }
        }
        return readLongVarint();
    }

    private long readLongVarint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (position >= limit) {
                throw malformed("a varint is cut");
            }
            byte next = buffer.get(position++);
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed("a varint has more than 10 bytes");
    }

    /** Length of a length-delimited field, checked to lie within the bounds. */
    int readLength() {
        long length = readVarint();
        if (length < 0 || length > limit - position) {
            throw malformed("a field of " + Long.toUnsignedString(length) + " bytes does not fit the remaining "
                    + (limit - position));
        }
        return (int) length;
    }

    int readFixed32() {
        int at = advance(Integer.BYTES);
        return LittleEndian.readInt(buffer, at);
    }

    long readFixed64() {
        int at = advance(Long.BYTES);
        return LittleEndian.readLong(buffer, at);
    }

    /** Passes over {@code count} bytes and answers where they start. */
    int advance(int count) {
        if (count > limit - position) {
            throw malformed("a field of " + count + " bytes does not fit the remaining " + (limit - position));
        }
        int at = position;
        position += count;
        return at;
    }

    /** Passes over the value of a field that the reader does not know. */
    void skip(int tag) {
        switch (tag & 7) {
            case WIRE_VARINT -> readVarint();
            case WIRE_FIXED64 -> advance(Long.BYTES);
            case WIRE_BYTES -> advance(readLength());
            case WIRE_FIXED32 -> advance(Integer.BYTES);
            default -> throw malformed("field " + (tag >>> 3) + " has wire type " + (tag & 7));
        }
    }

    private CorruptBatchException malformed(String what) {
        return new CorruptBatchException(
                new BatchDefect(BatchDefect.Kind.MALFORMED, what + ", at byte " + position + " of the buffer"));
    }
}
