package io.flotilla.model.disk.simulated;

import io.flotilla.model.disk.DiskException;
import io.flotilla.model.disk.DiskException.Kind;
import io.flotilla.model.disk.DiskFile;
import java.nio.ByteBuffer;

/** An open file of a simulated disk; dead after the next power cycle. */
final class SimulatedHandle implements DiskFile {
    private final String path;
    private final SimulatedFile file;
    private final SimulatedPower power;
    private final int openedInCycle;
    private boolean closed;

    SimulatedHandle(String path, SimulatedFile file, SimulatedPower power) {
        this.path = path;
        this.file = file;
        this.power = power;
        this.openedInCycle = power.cycles();
    }

    @Override
    public long size() {
        checkOpen();
        return file.size();
    }

    @Override
    public int read(long position, ByteBuffer target) {
        checkOpen();
        return file.read(position, target);
    }

    @Override
    public void append(ByteBuffer... buffers) {
        power.operation("a write to " + path);
        checkOpen();
        power.checkWritable(path);
        for (var buffer : buffers) {
            int wanted = buffer.remaining();
            int granted = power.take(wanted);
            file.append(buffer, granted);
            if (granted < wanted) {
                throw new DiskException(Kind.FULL, "no space left for " + path);
            }
        }
    }

    @Override
    public void sync() {
        power.operation("a sync of " + path);
        checkOpen();
        power.sync(path, file::dropUnsynced);
        file.sync();
    }

    @Override
    public void truncate(long size) {
        power.operation("a cut of " + path);
        checkOpen();
        power.checkWritable(path);
        file.truncate(size);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void checkOpen() {
        if (closed || power.cycles() != openedInCycle) {
            throw new DiskException(Kind.CLOSED, path + " is closed");
        }
    }
}
