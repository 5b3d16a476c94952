package io.flotilla.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The partition logs in a node's folder. */
final class Segments {
    private Segments() {}

    /** Whether a file is a segment of a partition's log, not one of the metadata quorum's. */
    static boolean isSegment(Path file) {
        return file.getFileName().toString().endsWith(".log")
                && !file.toString().contains("__metadata");
    }

    static List<Path> of(NodeProcess node) {
        return files(node, Segments::isSegment);
    }

    /** Segments that logs have given up, and that are still there. */
    static List<Path> givenUpBy(NodeProcess node) {
        return files(node, file -> file.getFileName().toString().endsWith(".log.deleted"));
    }

    private static List<Path> files(NodeProcess node, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.walk(node.data())) {
            return files.filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
