package io.flotilla.model.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian reads and writes at absolute positions, whatever the buffer's own byte order is. */
final class LittleEndian {
    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private LittleEndian() {}

    static int readInt(ByteBuffer buffer, int position) {
        return (int) INT.get(buffer, position);
    }

    static long readLong(ByteBuffer buffer, int position) {
        return (long) LONG.get(buffer, position);
    }

    static void writeInt(ByteBuffer buffer, int position, int value) {
        INT.set(buffer, position, value);
    }

    static void writeLong(ByteBuffer buffer, int position, long value) {
        LONG.set(buffer, position, value);
    }
}
