package io.flotilla.fuzz;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils bytes as disks, networks and bad programs do; the same seed does the same. */
final class Mutation {
    private static final byte[] TELLING = {0, 1, -1, 127, -128, 10, 0x20};

    private final Random random;
    private final List<byte[]> seeds;

    Mutation(long seed, List<byte[]> seeds) {
        this.random = new Random(seed);
        this.seeds = List.copyOf(seeds);
    }

    /** One of the seeds, changed in a few places. */
    byte[] next() {
        byte[] bytes = any().clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private byte[] any() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] change(byte[] bytes) {
        if (bytes.length == 0) {
            return any().clone();
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = TELLING[random.nextInt(TELLING.length)];
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(16)), (byte) 0);
            case 4 -> {
                return joined(Arrays.copyOf(bytes, at), any());
            }
            case 5 -> { // a stretch is missing
                int end = Math.min(bytes.length, at + 1 + random.nextInt(12));
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, end, bytes.length));
            }
            default -> { // a length or a count of eight bytes that is as large as can be
                int end = Math.min(bytes.length, at + 8);
                Arrays.fill(bytes, at, end, (byte) -1);
                bytes[at] = random.nextBoolean() ? 127 : (byte) -1;
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
