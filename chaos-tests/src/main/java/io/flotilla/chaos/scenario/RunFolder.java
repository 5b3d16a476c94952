package io.flotilla.chaos.scenario;

import io.flotilla.chaos.history.HistoryFile;
import io.flotilla.chaos.history.Op;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where a run leaves its history and its logs. For one thread. */
final class RunFolder {
    private static final String HISTORY = "history.jsonl";

    private final Path folder;
    private final PrintWriter out;

    private RunFolder(Path folder, PrintWriter out) {
        this.folder = folder;
        this.out = out;
    }

    static RunFolder create(Path folder, PrintWriter out) throws IOException {
        return new RunFolder(Files.createDirectories(folder), out);
    }

    /** What can fail while something is kept. */
    interface Keeping {
        void to(Path file) throws IOException;
    }

    /** What the load writes down, in a container. */
    Path load() {
        return folder.resolve("load.jsonl");
    }

    /** What is done to the cluster. */
    Path faults() {
        return folder.resolve("faults.jsonl");
    }

    /** Keeps what is there: whatever fails is told, and hides neither the rest nor why the run failed. */
    void keep(Path file, Keeping keeping) {
        try {
            keeping.to(file);
        } catch (IOException | RuntimeException e) {
            out.printf("lost        %s: %s%n", file.getFileName(), e);
        }
    }

    void keepLog(String name, String log) {
        keep(folder.resolve(name + ".log"), file -> Files.writeString(file, log));
    }

    /** Makes one history of the parts that there are, however far they go, and keeps that instead of them. */
    List<Op> merge() throws IOException {
        List<List<Op>> parts = new ArrayList<>();
        List<Path> merged = new ArrayList<>();
        for (Path part : List.of(load(), faults())) {
            if (Files.exists(part)) {
                parts.add(HistoryFile.read(part));
                merged.add(part);
            }
        }
        List<Op> ops = HistoryFile.merge(parts);
        HistoryFile.write(folder.resolve(HISTORY), ops);
        for (Path part : merged) {
            Files.delete(part);
        }
        return ops;
    }

    void forget() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
