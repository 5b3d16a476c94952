package io.flotilla.chaos.carry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What a fresh reader saw, compared with what was sent. Owned by one thread. */
final class ReadBack {
    private final byte[][] byNumber;
    private final int[] lastOfKey = new int[NumberedLine.KEYS];
    private int repeated;
    private int reordered;
    private int foreign;

    ReadBack(int expected) {
        byNumber = new byte[expected][];
        Arrays.fill(lastOfKey, -1);
    }

    /** Takes the next record of a partition; all records of a key come from one partition, in the order of offsets. */
    void take(byte[] value) {
        NumberedLine line;
        try {
            line = NumberedLine.ofValue(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            foreign++;
            return;
        }
        if (line.number() >= byNumber.length) {
            foreign++;
            return;
        }
        if (byNumber[line.number()] != null) {
            repeated++;
            return;
        }
        byNumber[line.number()] = line.bytes();
        int key = line.number() % NumberedLine.KEYS;
        if (line.number() < lastOfKey[key]) {
            reordered++;
        }
        lastOfKey[key] = line.number();
    }

    int lost() {
        return (int) IntStream.range(0, byNumber.length)
                .filter(number -> byNumber[number] == null)
                .count();
    }

    int repeated() {
        return repeated;
    }

    int reordered() {
        return reordered;
    }

    /** Records that nobody sent. */
    int foreign() {
        return foreign;
    }

    /** Digest of the text rebuilt by number; lost lines are left out. */
    String sha256() {
        List<byte[]> lines = new ArrayList<>(byNumber.length);
        for (byte[] line : byNumber) {
            if (line != null) {
                lines.add(line);
            }
        }
        return TextLines.sha256(lines);
    }
}
