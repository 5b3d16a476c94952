package io.flotilla.chaos.history;

import io.flotilla.chaos.history.Op.Act;
import io.flotilla.model.time.Clock;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes operations to a file, in the order of their times. Safe for any thread. Whoever makes it closes it. */
public final class HistoryWriter implements AutoCloseable {
    private final Clock clock;
    private final BufferedWriter out;
    private long next;

    public HistoryWriter(Path file, Clock clock) throws IOException {
        this.clock = clock;
        this.out = Files.newBufferedWriter(file);
    }

    /**
     * Writes that an operation begins or has ended, now.
     *
     * @throws UncheckedIOException when the file cannot be written: a history with holes proves nothing
     */
    public synchronized void write(int process, OpType type, Act f, List<? extends Mop> mops) {
        try {
            out.write(OpLines.line(new Op(next, process, type, f, List.copyOf(mops), clock.nanos())));
            out.newLine();
            next++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Hands what was written to the system, so that it survives this process.
     *
     * @throws UncheckedIOException when the file cannot be written
     */
    public synchronized void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }
}
