package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trap: a power loss tears the last write of the preallocated open segment, and Ratis refuses to start on it. */
class TornTailTrapTest {

    /** Spans several sectors, so that a part of it can be missing. */
    private static final String LAST = "x".repeat(3_000);

    @TempDir
    static Path prepared;

    private static List<Voter> voters;

    @TempDir
    Path directory;

    private RaftConfig config;

    @BeforeAll
    static void threeCommandsInTheOpenSegment() throws Exception {
        voters = Quorum.freeVoters(1);
        try (Member member = Member.start(Quorum.configOf(1, voters, prepared))) {
            Await.until("it leads", member.raft()::isLeader);
            member.apply("a");
            member.apply("b");
            member.apply(LAST);
        }
    }

    @BeforeEach
    void aDirectoryOfItsOwn() throws IOException {
        Directories.copy(prepared, directory);
        config = Quorum.configOf(1, voters, directory);
    }

    @Test
    void ratisAloneDoesNotStart() throws Exception {
        Path open = preallocatedAsAfterAPowerLoss();
        zeroTail(open, 100);

        assertThatThrownBy(() -> RawRatis.start(1, voters, directory, new RawRatis.Journal())
                        .close())
                .hasStackTraceContaining("Log entry corrupted");
    }

    @Test
    void aRecordWithoutItsEndIsCutOffAndTheRestIsServed() throws Exception {
        zeroTail(preallocatedAsAfterAPowerLoss(), 100);

        assertThatOnlyTheLastCommandIsGone();
    }

    @Test
    void aRecordWithAMissingSectorIsCutOff() throws Exception {
        Path open = preallocatedAsAfterAPowerLoss();
        byte[] bytes = Files.readAllBytes(open);
        int sector = (lastNonZero(bytes) / 512 - 2) * 512;
        Arrays.fill(bytes, sector, sector + 512, (byte) 0);
        Files.write(open, bytes);

        assertThatOnlyTheLastCommandIsGone();
    }

    @Test
    void aLogCutInTheMiddleOfARecordIsShortened() throws Exception {
        Path open = openSegment();
        byte[] bytes = Files.readAllBytes(open);
        Files.write(open, Arrays.copyOf(bytes, lastNonZero(bytes) - 50));

        assertThatOnlyTheLastCommandIsGone();
    }

    @Test
    void aFlippedBitInTheLastRecordIsRefusedBecauseItMayHaveBeenAcknowledged() throws Exception {
        Path open = preallocatedAsAfterAPowerLoss();
        byte[] bytes = Files.readAllBytes(open);
        bytes[lastNonZero(bytes) - 100] ^= 1;
        Files.write(open, bytes);

        assertRefused();
    }

    @Test
    void damageBeforeTheLastRecordIsRefused() throws Exception {
        Path open = preallocatedAsAfterAPowerLoss();
        byte[] bytes = Files.readAllBytes(open);
        Arrays.fill(bytes, 60, 70, (byte) 0);
        Files.write(open, bytes);

        assertRefused();
    }

    @Test
    void bytesBehindTheTornRecordAreRefused() throws Exception {
        Path open = preallocatedAsAfterAPowerLoss();
        zeroTail(open, 100);
        byte[] bytes = Files.readAllBytes(open);
        bytes[bytes.length - 1] = 1;
        Files.write(open, bytes);

        assertRefused();
    }

    private void assertThatOnlyTheLastCommandIsGone() throws Exception {
        try (Member member = Member.start(config)) {
            Await.until("it leads", member.raft()::isLeader);
            assertThat(member.core().commands()).containsExactly("a", "b");
            assertThat(member.apply("c")).isEqualTo("3");
        }
    }

    private void assertRefused() {
        assertThatThrownBy(() -> Member.start(config).close())
                .isInstanceOf(StorageRefusedException.class)
                .hasMessageContaining("is damaged at byte")
                .hasMessageContaining("add it again as a new voter");
    }

    /** An orderly stop cuts the padding off; a power loss leaves it. */
    private Path preallocatedAsAfterAPowerLoss() throws IOException {
        Path open = openSegment();
        byte[] bytes = Files.readAllBytes(open);
        Files.write(open, Arrays.copyOf(bytes, Math.max(bytes.length, 1 << 20)));
        return open;
    }

    private void zeroTail(Path file, int count) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = lastNonZero(bytes) + 1;
        Arrays.fill(bytes, end - count, end, (byte) 0);
        Files.write(file, bytes);
    }

    private Path openSegment() throws IOException {
        return Directories.filesStartingWith(config.groupDirectory().resolve("current"), "log_inprogress_")
                .get(0);
    }

    private static int lastNonZero(byte[] bytes) {
        int last = bytes.length - 1;
        while (bytes[last] == 0) {
            last--;
        }
        return last;
    }
}
