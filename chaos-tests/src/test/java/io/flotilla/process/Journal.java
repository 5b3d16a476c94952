package io.flotilla.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What one life of a member has written, read as it grows. A line without an end was cut off by its death. */
final class Journal {
    private final String life;
    private final Path path;
    private final List<GroupEvent> events = new ArrayList<>();
    private long position;
    private long records;

    Journal(String life, Path path) {
        this.life = life;
        this.path = path;
    }

    /** Reads the lines that are complete by now. */
    void readOn() {
        String text = rest();
        int end = text.lastIndexOf('\n') + 1;
        position += end; // of ASCII
        text.substring(0, end).lines().map(line -> GroupEvent.parse(life, line)).forEach(event -> {
            events.add(event);
            records += event.numbers().length;
        });
    }

    private String rest() {
        try (SeekableByteChannel file = Files.newByteChannel(path)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size() - position));
            file.position(position);
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {
                // reads on
            }
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<GroupEvent> events() {
        return events;
    }

    /** Records that were read. */
    long records() {
        return records;
    }
}
