package io.flotilla.chaos.history;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A history on disk, a line an operation. */
public final class HistoryFile {
    private HistoryFile() {}

    /**
     * Reads all of it but a last line that was cut, as the death of its writer leaves it: the operation has not ended.
     *
     * @throws IOException that names the file and the line which is no operation
     */
    public static List<Op> read(Path file) throws IOException {
        List<Op> ops = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                try {
                    ops.add(OpLines.parse(line));
                } catch (IllegalArgumentException e) {
                    if (lines.read() < 0 && !endsItsLastLine(file)) {
                        return ops;
                    }
                    throw new IOException(file + ", line " + (ops.size() + 1) + ": " + e.getMessage(), e);
                }
            }
        }
        return ops;
    }

    private static boolean endsItsLastLine(Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            bytes.seek(bytes.length() - 1);
            return bytes.read() == '\n';
        }
    }

    public static void write(Path file, List<Op> ops) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Op op : ops) {
                out.write(OpLines.line(op));
                out.newLine();
            }
        }
    }

    /** One history of what several writers of one host saw, in the order of time, which now begins at 0. */
    public static List<Op> merge(List<List<Op>> parts) {
        List<Op> all = parts.stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingLong(Op::tNanos))
                .toList();
        List<Op> merged = new ArrayList<>(all.size());
        for (Op op : all) {
            merged.add(new Op(
                    merged.size(),
                    op.process(),
                    op.type(),
                    op.f(),
                    op.mops(),
                    op.tNanos() - all.get(0).tNanos()));
        }
        return merged;
    }
}
