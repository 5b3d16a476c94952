package io.flotilla.model.record;

import java.nio.ByteBuffer;

/** Protobuf variable-length integers in buffers, without allocation. A read answers value and width in one long. */
final class Varint {
    /** No varint ends within the bytes looked at, or it does not fit, or it is longer than it need be. */
    static final long MALFORMED = -1;

    /** Most bytes of a value below 2^31. */
    static final int MAX_LENGTH_BYTES = 5;

    private Varint() {}

    /**
     * Reads an unsigned value below 2^31 in its shortest form at {@code position}, not looking at or past
     * {@code limit}. Answers {@link #MALFORMED} or a long to ask {@link #value} and {@link #width}.
     */
    static long readMinimal(ByteBuffer buffer, int position, int limit) {
        long value = 0;
        for (int width = 1; width <= MAX_LENGTH_BYTES && position + width <= limit; width++) {
            int next = buffer.get(position + width - 1);
            value |= (long) (next & 0x7F) << (7 * (width - 1));
            if (next >= 0) {
                boolean shortest = next != 0 || width == 1;
                return shortest && value <= Integer.MAX_VALUE ? value << 3 | width : MALFORMED;
            }
        }
        return MALFORMED;
    }

    static int value(long read) {
        return (int) (read >>> 3);
    }

    static int width(long read) {
        return (int) (read & 7);
    }

    /** Bytes that a value takes; {@code value} counts as unsigned 64 bits. */
    static int widthOf(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    /** Writes {@code value} as unsigned 64 bits and answers the position after it. */
    static int write(byte[] target, int position, long value) {
        int at = position;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }

    static long zigZag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unZigZag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
