package io.flotilla.bench.drive;

import java.util.Random;

/** Values made before the clock starts: random bytes of one length, taken in turn. Immutable. */
final class Payload {
    private static final int POOL_BYTES = 16 << 20;
    private static final long SEED = 42;

    private final byte[][] values;

    /** @param valueBytes length of each value, 1 to 1 MiB */
    Payload(int valueBytes) {
        Random random = new Random(SEED);
        values = new byte[POOL_BYTES / valueBytes][valueBytes];
        for (byte[] value : values) {
            random.nextBytes(value);
        }
    }

    /** The value of the i-th record. */
    byte[] value(long i) {
        return values[(int) (i % values.length)];
    }
}
