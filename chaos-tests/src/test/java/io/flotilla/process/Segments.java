package io.flotilla.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

    /** Those of one partition, "topic-number", in their order. */
    static List<Path> of(NodeProcess node, String partition) {
        return of(node).stream()
                .filter(file -> file.getParent().getFileName().toString().startsWith(partition + "."))
                .toList();
    }

    /** Names of the folders of a partition, those that were put aside included. */
    static List<String> folders(NodeProcess node, String partition) {
        try (Stream<Path> files = Files.list(node.data())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(partition + "."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Inverts a bit of a file, where it lies, as a device with bad memory does. */
    static void invertBit(Path file, long position) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(1);
            if (channel.read(bytes, position) != 1) {
                throw new AssertionError(file + " has no byte " + position);
            }
            bytes.put(0, (byte) (bytes.get(0) ^ 1)).flip();
            channel.write(bytes, position);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
