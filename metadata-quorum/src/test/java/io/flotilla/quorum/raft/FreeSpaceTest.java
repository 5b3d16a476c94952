package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flotilla.quorum.raft.RaftTuning.ElectionTiming;
import io.flotilla.quorum.raft.RaftTuning.SnapshotPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A disk that runs short of space is noticed before it is full, and the log gives back what it can. */
class FreeSpaceTest {

    private static final long MIB = 1 << 20;

    /** No disk has so much. */
    private static final long NEVER_ENOUGH = Long.MAX_VALUE / 4;

    @TempDir
    Path directory;

    @Test
    void shortageIsToldWithTheLimitAndEndsALittleAboveIt() {
        FreeSpace space = new FreeSpace(directory, 80 * MIB);

        space.judge(80 * MIB);
        assertThat(space.shortage()).isEmpty();

        space.judge(79 * MIB);
        assertThat(space.shortage())
                .hasValueSatisfying(told -> assertThat(told)
                        .contains("79 MiB")
                        .contains(directory.toString())
                        .contains("metadata.log.free.bytes.min (80 MiB)"));

        space.judge(89 * MIB);
        assertThat(space.isShort()).isTrue();
        space.judge(90 * MIB);
        assertThat(space.isShort()).isFalse();
    }

    @Test
    void aRealDiskIsLookedAt() {
        FreeSpace enough = new FreeSpace(directory, 1);
        FreeSpace tooLittle = new FreeSpace(directory, NEVER_ENOUGH);

        enough.look();
        tooLittle.look();

        assertThat(enough.isShort()).isFalse();
        assertThat(tooLittle.isShort()).isTrue();
    }

    @Test
    void aDiskThatCannotBeAskedIsToldOnceEachTime() throws Exception {
        Path gone = directory.resolve("gone");
        FreeSpace space = new FreeSpace(gone, 1);
        Logger log = (Logger) LoggerFactory.getLogger(FreeSpace.class);
        ListAppender<ILoggingEvent> told = new ListAppender<>();
        told.start();
        log.setLevel(Level.INFO);
        log.addAppender(told);
        try {
            space.look();
            space.look();
            assertThat(told.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN);

            Files.createDirectory(gone);
            space.look();
            space.look();
            assertThat(told.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);

            Files.delete(gone);
            space.look();
            space.look();
            assertThat(told.list)
                    .extracting(ILoggingEvent::getLevel)
                    .containsExactly(Level.WARN, Level.INFO, Level.WARN);
        } finally {
            log.detachAppender(told);
            log.setLevel(null); // as its parent
        }
    }

    @Test
    void aSnapshotToSaveSpaceMustFitTwiceAndBeWorthIt() {
        FreeSpace space = new FreeSpace(directory, 80 * MIB);
        assertThat(space.isSavedBy(100 * MIB, 0)).isFalse(); // there is room

        space.judge(40 * MIB);
        assertThat(space.isSavedBy(MIB, 0)).isTrue();
        assertThat(space.isSavedBy(MIB - 1, 0)).isFalse();
        assertThat(space.isSavedBy(2 * MIB, 16 * MIB)).isTrue();
        assertThat(space.isSavedBy(2 * MIB - 1, 16 * MIB)).isFalse();
        assertThat(space.isSavedBy(100 * MIB, 20 * MIB)).isTrue();
        assertThat(space.isSavedBy(100 * MIB, 20 * MIB + 1)).isFalse();
    }

    @Test
    void whileSpaceIsShortTheLogIsSnapshottedAndDeletedEarly() throws Exception {
        // By itself this node would take no snapshot, and keep 20,000 entries below one.
        SnapshotPolicy late = new SnapshotPolicy(1_000_000, Long.MAX_VALUE, 3_600_000, 20_000);
        RaftTuning tuning = new RaftTuning(new ElectionTiming(100, 200), late, NEVER_ENOUGH);
        try (Quorum quorum = Quorum.of(1, directory, tuning)) {
            Member member = quorum.leader();
            assertThat(member.raft().spaceShortage()).isPresent();
            String megabyte = "x".repeat(MetadataRaft.COMMAND_BYTES_MAX);
            for (int i = 0; i < 20; i++) { // one log segment, and enough of the next for another snapshot
                member.apply(megabyte);
            }

            Await.until("the first segment is gone", () -> firstLogIndex(quorum) > 0);
            assertThat(member.apply("it goes on")).isEqualTo("21");
            assertThat(member.stops()).isEmpty();
        }
    }

    private static long firstLogIndex(Quorum quorum) {
        try {
            List<Path> segments = Directories.filesStartingWith(
                    quorum.config(1).groupDirectory().resolve("current"), "log_");
            return segments.stream()
                    .map(file -> file.getFileName().toString().split("[_-]"))
                    .mapToLong(parts -> Long.parseLong(parts[1].equals("inprogress") ? parts[2] : parts[1]))
                    .min()
                    .orElse(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
