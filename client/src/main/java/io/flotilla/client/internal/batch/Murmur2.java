package io.flotilla.client.internal.batch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The hash with which Kafka spreads keys over partitions, so that keys land alike. Source: Kafka's Utils.murmur2. */
public final class Murmur2 {
    private static final int SEED = 0x9747b28c;
    private static final int MIX = 0x5bd1e995;
    private static final int SHIFT = 24;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Murmur2() {}

    public static int hash(byte[] data) {
        int length = data.length;
        int hash = SEED ^ length;
        int whole = length & ~3;
        for (int at = 0; at < whole; at += Integer.BYTES) {
            int word = (int) INT.get(data, at) * MIX;
            word ^= word >>> SHIFT;
            hash = hash * MIX ^ word * MIX;
        }
        int rest = length - whole;
        if (rest > 0) {
            for (int at = rest - 1; at >= 0; at--) {
                hash ^= (data[whole + at] & 0xff) << (Byte.SIZE * at);
            }
            hash *= MIX;
        }
        hash ^= hash >>> 13;
        hash *= MIX;
        return hash ^ hash >>> 15;
    }

    /** The partition of a key among {@code partitions}. */
    public static int partition(byte[] key, int partitions) {
        return (hash(key) & Integer.MAX_VALUE) % partitions;
    }
}
