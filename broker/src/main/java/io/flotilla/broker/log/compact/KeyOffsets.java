package io.flotilla.broker.log.compact;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The last offset of each key, in memory that is allocated once: open addressing over the first half of the key's
 * SHA-256, which nobody makes collide, with 24 bytes a slot. When it is full no further key is taken. One thread.
 */
public final class KeyOffsets {
    /** What {@link #latest} answers for a key that is not there. */
    public static final long NONE = -1;

    private static final int SLOT_LONGS = 3;
    private static final int SLOT_BYTES = SLOT_LONGS * Long.BYTES;
    private static final double LOAD = 0.9;
    private static final int SLOTS_MAX = (Integer.MAX_VALUE - 8) / SLOT_LONGS;

    private final MessageDigest sha256;
    private final byte[] digest;
    /** Two halves of a hash and the offset plus 1, which is 0 in a free slot. */
    private final long[] slots;

    private final int slotCount;
    private final int keysMax;
    private int size;

    /** Room for so many keys. */
    public KeyOffsets(int keys) {
        this.keysMax = Math.max(1, keys);
        this.slotCount = (int) Math.min(SLOTS_MAX, (long) (keysMax / LOAD) + 1);
        this.slots = new long[slotCount * SLOT_LONGS];
        this.sha256 = newSha256();
        this.digest = new byte[sha256.getDigestLength()];
    }

    /** How many keys fit so many bytes. */
    public static int keysIn(long bytes) {
        return (int) Math.min((long) (SLOTS_MAX * LOAD), (long) (bytes / SLOT_BYTES * LOAD));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Notes that the key stands at the offset, the highest so far; false when there is no room for another key. */
    public boolean put(ByteBuffer key, long offset) {
        int slot = slotOf(key);
        if (slots[slot + 2] == 0) {
            if (size == keysMax) {
                return false;
            }
            size++;
        }
        slots[slot] = high();
        slots[slot + 1] = low();
        slots[slot + 2] = offset + 1;
        return true;
    }

    /** The last offset noted for the key, {@link #NONE} without one. */
    public long latest(ByteBuffer key) {
        return slots[slotOf(key) + 2] - 1;
    }

    /** Keys noted. */
    public int size() {
        return size;
    }

    /** Bytes that it takes, however many keys are in it. */
    public long memoryBytes() {
        return (long) slots.length * Long.BYTES;
    }

    /** Where the key's slot is, or the free one that would be; leaves the key's hash in {@code digest}. */
    private int slotOf(ByteBuffer key) {
        sha256.update(key.duplicate());
        try {
            sha256.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException("the digest has room", e);
        }
        long high = high();
        long low = low();
        int slot = (int) Long.remainderUnsigned(high, slotCount);
        while (slots[slot * SLOT_LONGS + 2] != 0
                && (slots[slot * SLOT_LONGS] != high || slots[slot * SLOT_LONGS + 1] != low)) {
            slot = slot + 1 == slotCount ? 0 : slot + 1;
        }
        return slot * SLOT_LONGS;
    }

    private long high() {
        return ByteBuffer.wrap(digest).getLong(0);
    }

    private long low() {
        return ByteBuffer.wrap(digest).getLong(Long.BYTES);
    }
}
