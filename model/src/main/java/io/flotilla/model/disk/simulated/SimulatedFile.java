package io.flotilla.model.disk.simulated;

import io.flotilla.model.disk.DiskException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Bytes that grow at the end: as the process sees them, and as a power loss would leave them. Both begin alike; where
 * they part, the stored rest is kept aside.
 */
final class SimulatedFile implements SimulatedNode {
    private byte[] bytes = new byte[256];
    private int size;

    /** Bytes from 0 up to here are stored as they are seen. At most {@code size}. */
    private int common;

    /** What is stored from {@code common} on, and no longer seen. */
    private byte[] storedRest = {};

    /** A sync failed: what it should have stored is seen still, and no later sync stores it. */
    private boolean dropped;

    /** How often bytes that were there changed or went; while it stays, the file has only grown. */
    private long rewrites;

    /** @param number among all files that this disk ever had, so that one is told from a later one of its name */
    SimulatedFile(long number) {
        this.rewrites = number << 32;
    }

    int size() {
        return size;
    }

    /** Bytes from the beginning that a power loss leaves for certain. */
    int storedSize() {
        return common;
    }

    long rewrites() {
        return rewrites;
    }

    byte[] content(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    byte[] content() {
        return Arrays.copyOf(bytes, size);
    }

    int read(long position, ByteBuffer target) {
        if (position >= size) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), size - position);
        target.put(bytes, (int) position, count);
        return count;
    }

    void append(ByteBuffer source, int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
        }
        source.get(bytes, size, count);
        size += count;
    }

    void truncate(long newSize) {
        if (newSize < 0 || newSize > size) {
            throw new DiskException(DiskException.Kind.IO, "cannot cut a file of " + size + " bytes to " + newSize);
        }
        rewrites++;
        if (newSize < common) {
            var rest = Arrays.copyOfRange(bytes, (int) newSize, common + storedRest.length);
            System.arraycopy(storedRest, 0, rest, common - (int) newSize, storedRest.length);
            storedRest = rest;
            common = (int) newSize;
        }
        size = (int) newSize;
        dropped &= size > common;
    }

    /** Stores everything, or nothing after a sync that failed: the system believes that it has no more to write. */
    void sync() {
        if (dropped) {
            return;
        }
        common = size;
        storedRest = new byte[0];
    }

    /** A sync failed, and the system forgets what it had to write. */
    void dropUnsynced() {
        dropped = size > common;
    }

    void flipBit(long position, int bit) {
        bytes[(int) position] ^= (byte) (1 << bit);
        rewrites++;
    }

    @Override
    public void crash(Random random) {
        rewrites++;
        if (storedRest.length > 0 && random.nextBoolean()) {
            truncate(common);
            append(ByteBuffer.wrap(storedRest), storedRest.length);
        } else {
            truncate(common + random.nextInt(size - common + 1));
            tear(random);
        }
        dropped = false;
        sync();
    }

    /** Some devices leave garbage or zeros where the last write did not arrive in full. */
    private void tear(Random random) {
        if (size > common && random.nextInt(4) == 0) {
            int torn = 1 + random.nextInt(Math.min(size - common, 512));
            if (random.nextBoolean()) {
                Arrays.fill(bytes, size - torn, size, (byte) 0);
            } else {
                bytes[size - torn] ^= (byte) (1 << random.nextInt(8));
            }
        }
    }
}
