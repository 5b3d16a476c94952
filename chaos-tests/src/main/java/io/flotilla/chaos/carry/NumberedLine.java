package io.flotilla.chaos.carry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A line of the text as a record: the value is its number, a tab, and the line's own bytes; the key is the number
 * modulo {@link #KEYS}.
 */
record NumberedLine(int number, byte[] bytes) {
    /** How many different keys there are. */
    static final int KEYS = 1000;

    private static final byte TAB = '\t';

    static byte[] key(int number) {
        return Integer.toString(number % KEYS).getBytes(StandardCharsets.US_ASCII);
    }

    byte[] key() {
        return key(number);
    }

    byte[] value() {
        byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(digits.length + 1 + bytes.length)
                .put(digits)
                .put(TAB)
                .put(bytes)
                .array();
    }

    /** Reads a value back; throws IllegalArgumentException when it is not one of ours. */
    static NumberedLine ofValue(byte[] value) {
        int number = 0;
        int at = 0;
        while (at < value.length && value[at] >= '0' && value[at] <= '9') {
            number = Math.addExact(Math.multiplyExact(number, 10), value[at] - '0');
            at++;
        }
        if (at == 0 || at == value.length || value[at] != TAB) {
            throw new IllegalArgumentException("a value that is not number, tab, line");
        }
        byte[] line = new byte[value.length - at - 1];
        System.arraycopy(value, at + 1, line, 0, line.length);
        return new NumberedLine(number, line);
    }
}
