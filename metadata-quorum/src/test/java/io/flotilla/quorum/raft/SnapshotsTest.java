package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.quorum.raft.RaftTuning.SnapshotPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots: taken in time, off the apply thread, durable, loaded again, installed on those that are far behind. */
class SnapshotsTest {

    private static final int MEGABYTE = MetadataRaft.COMMAND_BYTES_MAX - 8;

    @TempDir
    Path directory;

    @Test
    void theFirstOneComesEarlyAndARestartLoadsItBeforeAnyLeaderIsKnown() throws Exception {
        SnapshotPolicy afterThree = new SnapshotPolicy(3, Long.MAX_VALUE, 3_600_000, 0);
        try (Quorum quorum = Quorum.of(3, directory, Quorum.tuning(3, afterThree))) {
            for (int i = 0; i < 5; i++) {
                quorum.leader().apply("command " + i);
            }
            int id = quorum.leader().id();
            Await.until("a snapshot", () -> snapshots(quorum, id).size() == 1);
            quorum.stopAll();

            Member alone = quorum.start(id);

            assertThat(alone.raft().isLeader()).isFalse();
            assertThat(alone.core().commands()).startsWith("command 0", "command 1", "command 2");
        }
    }

    @Test
    void laterOnesFollowByBytesAndThreeAreKept() throws Exception {
        SnapshotPolicy everyKilobyte = new SnapshotPolicy(1_000_000, 1_000, 3_600_000, 0);
        try (Quorum quorum = Quorum.of(1, directory, Quorum.tuning(1, everyKilobyte))) {
            for (int round = 1; round <= 5; round++) {
                int taken = round;
                quorum.leader().apply(round + "x".repeat(1_000));
                Await.until("snapshot " + round, () -> latestIndex(quorum) >= taken);
            }
            Await.until("three are kept", () -> snapshots(quorum, 1).size() == 3);
            assertThat(Directories.filesStartingWith(machineDirectory(quorum, 1), "snapshot."))
                    .allSatisfy(file -> assertThat(file.toString()).doesNotEndWith(".tmp"));
        }
    }

    @Test
    void oneIsTakenByTimeWhenAnythingWasApplied() throws Exception {
        SnapshotPolicy everyInstant = new SnapshotPolicy(1_000_000, Long.MAX_VALUE, 200, 0);
        try (Quorum quorum = Quorum.of(1, directory, Quorum.tuning(1, everyInstant))) {
            quorum.leader().apply("a");

            Await.until("a snapshot", () -> snapshots(quorum, 1).size() == 1);
        }
    }

    @Test
    void aFollowerThatIsTooFarBehindGetsASnapshotAndThenTheLog() throws Exception {
        SnapshotPolicy everyEightMegabytes = new SnapshotPolicy(1_000_000, 8L << 20, 3_600_000, 0);
        try (Quorum quorum = Quorum.of(3, directory, Quorum.tuning(3, everyEightMegabytes))) {
            Member behind = quorum.followers().get(0);
            quorum.stop(behind);
            Member leader = quorum.leader();
            int count = 0;
            while (firstLogIndex(quorum, leader.id()) == 0) {
                leader.apply("%08d".formatted(count++) + "x".repeat(MEGABYTE));
            }
            List<String> before = leader.core().commands();

            Member back = quorum.start(behind.id());

            Await.until("the snapshot", () -> back.core().commands().size() >= before.size());
            leader.apply("afterwards");
            Await.until(
                    "the log", () -> back.core().commands().equals(leader.core().commands()));
            // Ratis deletes what the snapshot replaced from another thread.
            Await.until("its own old log is gone", () -> firstLogIndexNow(quorum, back.id()) > 0);
            assertThat(back.stops()).isEmpty();
        }
    }

    @Test
    void aDamagedSnapshotIsRefused() throws Exception {
        SnapshotPolicy atOnce = new SnapshotPolicy(1, Long.MAX_VALUE, 3_600_000, 0);
        try (Quorum quorum = Quorum.of(1, directory, Quorum.tuning(1, atOnce))) {
            quorum.leader().apply("a");
            Await.until("a snapshot", () -> snapshots(quorum, 1).size() == 1);
            quorum.stop(quorum.leader());
            Path snapshot = snapshots(quorum, 1).get(0);
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[bytes.length - 1] ^= 1;
            Files.write(snapshot, bytes);

            assertThatThrownBy(() -> quorum.start(1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("differs from its digest")
                    .hasMessageContaining("add it again as a new voter");
        }
    }

    private static long latestIndex(Quorum quorum) {
        return snapshots(quorum, 1).stream()
                .map(file -> file.getFileName().toString())
                .mapToLong(name -> Long.parseLong(name.substring(name.indexOf('_') + 1)))
                .max()
                .orElse(-1);
    }

    /** Finished snapshots: those with a digest beside them. */
    private static List<Path> snapshots(Quorum quorum, int id) {
        try {
            return Directories.filesStartingWith(machineDirectory(quorum, id), "snapshot.").stream()
                    .filter(file -> Files.exists(file.resolveSibling(file.getFileName() + ".md5")))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path machineDirectory(Quorum quorum, int id) {
        return quorum.config(id).groupDirectory().resolve("sm");
    }

    private static long firstLogIndexNow(Quorum quorum, int id) {
        try {
            return firstLogIndex(quorum, id);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long firstLogIndex(Quorum quorum, int id) throws IOException {
        Path log = quorum.config(id).groupDirectory().resolve("current");
        return Directories.filesStartingWith(log, "log_").stream()
                .map(file -> file.getFileName().toString().split("[_-]"))
                .mapToLong(parts -> Long.parseLong(parts[1].equals("inprogress") ? parts[2] : parts[1]))
                .min()
                .orElseThrow();
    }
}
