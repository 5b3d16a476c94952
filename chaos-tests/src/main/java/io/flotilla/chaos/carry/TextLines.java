package io.flotilla.chaos.carry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The lines of a text without their line feeds; joined by line feeds they are the text again, byte for byte. */
final class TextLines {
    private static final byte LINE_FEED = '\n';

    private final List<byte[]> lines;

    private TextLines(List<byte[]> lines) {
        this.lines = lines;
    }

    /**
     * Reads a text of up to {@code linesMax} lines; what follows is left out.
     *
     * @throws IOException when the file cannot be read or is empty
     */
    static TextLines read(Path file, int linesMax) throws IOException {
        byte[] text = Files.readAllBytes(file);
        if (text.length == 0) {
            throw new IOException(file + " is empty; name a text with lines in it");
        }
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= text.length && lines.size() < linesMax; at++) {
            if (at == text.length || text[at] == LINE_FEED) {
                byte[] line = new byte[at - start];
                System.arraycopy(text, start, line, 0, line.length);
                lines.add(line);
                start = at + 1;
            }
        }
        return new TextLines(lines);
    }

    int count() {
        return lines.size();
    }

    NumberedLine line(int number) {
        return new NumberedLine(number, lines.get(number));
    }

    long bytes() {
        return lines.stream().mapToLong(line -> line.length).sum() + lines.size() - 1L;
    }

    String sha256() {
        return sha256(lines);
    }

    /** Digest of lines joined by line feeds, in lower-case hex. */
    static String sha256(List<byte[]> lines) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int number = 0; number < lines.size(); number++) {
                if (number > 0) {
                    digest.update(LINE_FEED);
                }
                digest.update(lines.get(number));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
