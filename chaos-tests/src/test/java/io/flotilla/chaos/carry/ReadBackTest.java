package io.flotilla.chaos.carry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadBackTest {
    private static final int LINES = 2500;

    @Test
    void whatComesBackWholeIsTheTextAgain(@TempDir Path folder) throws IOException {
        TextLines text = text(folder);
        ReadBack readBack = new ReadBack(text.count());
        IntStream.range(0, text.count()).forEach(n -> readBack.take(text.line(n).value()));

        assertThat(readBack.lost()).isZero();
        assertThat(readBack.repeated()).isZero();
        assertThat(readBack.reordered()).isZero();
        assertThat(readBack.sha256()).isEqualTo(text.sha256());
    }

    @Test
    void aMissingLineIsLostAndChangesTheDigest(@TempDir Path folder) throws IOException {
        TextLines text = text(folder);
        ReadBack readBack = new ReadBack(text.count());
        IntStream.range(0, text.count())
                .filter(n -> n != 77)
                .forEach(n -> readBack.take(text.line(n).value()));

        assertThat(readBack.lost()).isEqualTo(1);
        assertThat(readBack.sha256()).isNotEqualTo(text.sha256());
    }

    @Test
    void aLineThatComesTwiceIsRepeated(@TempDir Path folder) throws IOException {
        TextLines text = text(folder);
        ReadBack readBack = new ReadBack(text.count());
        readBack.take(text.line(5).value());
        readBack.take(text.line(5).value());

        assertThat(readBack.repeated()).isEqualTo(1);
    }

    @Test
    void onlyTheOrderWithinAKeyCounts(@TempDir Path folder) throws IOException {
        TextLines text = text(folder);
        ReadBack readBack = new ReadBack(text.count());
        readBack.take(text.line(1001).value());
        readBack.take(text.line(2).value());
        assertThat(readBack.reordered()).isZero();

        readBack.take(text.line(1).value());
        assertThat(readBack.reordered()).isEqualTo(1);
    }

    @Test
    void aRecordThatNobodySentIsForeign() {
        ReadBack readBack = new ReadBack(3);
        readBack.take("3\tbeyond the end".getBytes(StandardCharsets.UTF_8));
        readBack.take("no number".getBytes(StandardCharsets.UTF_8));
        readBack.take("99999999999\toverflow".getBytes(StandardCharsets.UTF_8));

        assertThat(readBack.foreign()).isEqualTo(3);
        assertThat(readBack.lost()).isEqualTo(3);
    }

    private static TextLines text(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < LINES; n++) {
            text.append("line\t").append(n * 31).append(n % 7 == 0 ? "" : " äö").append(n < LINES - 1 ? "\n" : "");
        }
        Path file = folder.resolve("text");
        Files.writeString(file, text);
        TextLines lines = TextLines.read(file, Integer.MAX_VALUE);
        assertThat(lines.count()).isEqualTo(LINES);
        assertThat(lines.bytes()).isEqualTo(Files.size(file));
        return lines;
    }
}
