package io.flotilla.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.chaos.history.Op.Act;
import io.flotilla.model.time.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history survives the disk, and several parts of it become one. */
class HistoryFileTest {
    @TempDir
    private Path folder;

    private static Op op(long idx, OpType type, Act f, long tNanos, Mop... mops) {
        return new Op(idx, 1, type, f, List.of(mops), tNanos);
    }

    @Test
    void everyPartOfAnOperationSurvivesTheDisk() throws IOException {
        List<Op> ops = List.of(
                op(0, OpType.INVOKE, Act.SEND, 1, Mop.Send.unknown("t-0", 7)),
                op(1, OpType.INFO, Act.SEND, 2, Mop.Send.acked("t-0", 7, 3), Mop.Send.notApplied("t-1", 8)),
                op(2, OpType.OK, Act.POLL, 3, new Mop.Read("t-0", 3, -4)),
                op(3, OpType.OK, Act.END_OFFSETS, 4, new Mop.Position("t-0", 4)),
                op(4, OpType.INFO, Act.LEADER, 5, new Mop.Leader("controller", -1, 12)),
                op(5, OpType.INVOKE, Act.KILL, 6, new Mop.Node(2)),
                op(6, OpType.OK, Act.DIGEST, 7, Mop.Digest.of("t-0", 2, 0, 4, "ab")),
                op(7, OpType.OK, Act.DIGEST, 8, Mop.Digest.failed("t-0", 3, "disk \"1\" is gone")),
                op(8, OpType.INFO, Act.EXPECT, 9, new Mop.Expectation(3, 5, 4, 0)));
        Path file = folder.resolve("history.jsonl");
        HistoryFile.write(file, ops);
        assertThat(HistoryFile.read(file)).isEqualTo(ops);
    }

    @Test
    void aLineIsWhatOthersWouldExpect() throws IOException {
        Path file = folder.resolve("history.jsonl");
        HistoryFile.write(file, List.of(op(0, OpType.OK, Act.SEND, 9, Mop.Send.acked("t-0", 7, 3))));
        assertThat(Files.readString(file)).isEqualTo("""
                        {"idx":0,"process":1,"type":"ok","f":"send","mops":[["send","t-0",7,3]],"tNanos":9}
                        """);
    }

    @Test
    void aBrokenLineIsNamed() throws IOException {
        Path file = folder.resolve("history.jsonl");
        Files.writeString(file, """
                {"idx":0,"process":1,"type":"ok","f":"send","mops":[["send","t-0",7,3]],"tNanos":9}
                {"idx":1,"process":1,"type":"ok","f":"send","mops":[["sent","t-0",7,3]],"tNanos":9}
                """);
        assertThatThrownBy(() -> HistoryFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("sent");
    }

    @Test
    void aCutLastLineIsLeftOut() throws IOException {
        Path file = folder.resolve("history.jsonl");
        List<Op> ops = List.of(op(0, OpType.OK, Act.SEND, 9, Mop.Send.acked("t-0", 7, 3)));
        HistoryFile.write(file, ops);
        Files.writeString(file, "{\"idx\":1,\"process\":1,\"type\":\"o", StandardOpenOption.APPEND);
        assertThat(HistoryFile.read(file)).isEqualTo(ops);
    }

    @Test
    void aBrokenLastLineThatIsWholeIsNamed() throws IOException {
        Path file = folder.resolve("history.jsonl");
        Files.writeString(file, "{\"idx\":1,\"process\":1,\"type\":\"o\n");
        assertThatThrownBy(() -> HistoryFile.read(file)).hasMessageContaining("line 1");
    }

    @Test
    void whatIsFlushedCanBeReadWhileMoreIsWritten() throws IOException {
        Path file = folder.resolve("history.jsonl");
        try (HistoryWriter writer = new HistoryWriter(file, new SystemClock())) {
            writer.write(1, OpType.INVOKE, Act.POLL, List.of());
            writer.flush();
            assertThat(HistoryFile.read(file)).hasSize(1);
        }
    }

    @Test
    void partsAreMergedByTime() {
        List<Op> load = List.of(op(0, OpType.INVOKE, Act.POLL, 100), op(1, OpType.OK, Act.POLL, 130));
        List<Op> faults = List.of(op(0, OpType.INVOKE, Act.KILL, 110), op(1, OpType.OK, Act.KILL, 120));
        List<Op> merged = HistoryFile.merge(List.of(load, faults));
        assertThat(merged).extracting(Op::f).containsExactly(Act.POLL, Act.KILL, Act.KILL, Act.POLL);
        assertThat(merged).extracting(Op::idx).containsExactly(0L, 1L, 2L, 3L);
        assertThat(merged).extracting(Op::tNanos).containsExactly(0L, 10L, 20L, 30L);
    }
}
