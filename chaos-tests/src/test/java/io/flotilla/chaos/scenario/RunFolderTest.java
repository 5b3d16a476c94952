package io.flotilla.chaos.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.chaos.history.HistoryFile;
import io.flotilla.chaos.history.HistoryWriter;
import io.flotilla.chaos.history.Op;
import io.flotilla.chaos.history.Op.Act;
import io.flotilla.chaos.history.OpType;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that fails leaves what there is. */
class RunFolderTest {
    @TempDir
    private Path disk;

    private final StringWriter told = new StringWriter();

    private RunFolder folder() throws IOException {
        return RunFolder.create(disk.resolve("run"), new PrintWriter(told, true));
    }

    private static void write(Path file, Act act) throws IOException {
        try (HistoryWriter history = new HistoryWriter(file, new SystemClock())) {
            history.write(1, OpType.OK, act, List.of());
        }
    }

    @Test
    void aLoadWhoseLastLineWasCut() throws IOException {
        RunFolder folder = folder();
        write(folder.faults(), Act.KILL);
        write(folder.load(), Act.POLL);
        Files.writeString(folder.load(), "{\"idx\":1,\"pro", StandardOpenOption.APPEND);
        assertThat(folder.merge()).extracting(Op::f).containsExactly(Act.KILL, Act.POLL);
        assertThat(HistoryFile.read(disk.resolve("run/history.jsonl"))).hasSize(2);
        assertThat(folder.load()).doesNotExist();
    }

    @Test
    void aLoadThatNeverBegan() throws IOException {
        RunFolder folder = folder();
        write(folder.faults(), Act.KILL);
        assertThat(folder.merge()).extracting(Op::f).containsExactly(Act.KILL);
    }

    @Test
    void whatCannotBeKeptIsToldAndHidesNothing() throws IOException {
        RunFolder folder = folder();
        folder.keep(folder.load(), file -> {
            throw new IllegalStateException("the engine is gone");
        });
        folder.keepLog("node-1", "started");
        assertThat(told.toString()).contains("load.jsonl", "the engine is gone");
        assertThat(disk.resolve("run/node-1.log")).hasContent("started");
    }
}
