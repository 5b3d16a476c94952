package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.quorum.raft.LostMajority.Survivor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One voter of three is left, and becomes the first of a new quorum. */
class LostMajorityTest {

    @TempDir
    Path directory;

    @Test
    void theSurvivorGoesOnAloneWithAllItHasAndGrowsAgain() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            quorum.leader().apply("a");
            quorum.leader().apply("b");
            awaitAll(quorum, List.of("a", "b"));
            quorum.stopAll();

            UUID id = recover(quorum.config(1).directory(), 3);
            Member survivor = quorum.start(1);

            assertThat(quorum.leader()).isSameAs(survivor);
            assertThat(survivor.core().commands()).containsExactly("a", "b");
            assertThat(survivor.raft().status().voters())
                    .extracting(member -> member.voter().id())
                    .containsExactly(1);
            assertThat(survivor.raft().quorumId()).isEqualTo(id);
            assertThat(survivor.apply("c")).isEqualTo("3");

            for (Voter joiner : Quorum.freeVoters(5).subList(3, 5)) {
                Member joined = quorum.join(joiner, id);
                assertThat(survivor.raft().addVoter(joiner, "").join().holds()).isTrue();
                Await.until("it has everything", () -> joined.core().commands().equals(List.of("a", "b", "c")));
            }
        }
    }

    /** They outnumber the survivor, and go on by themselves; with the same group they would drag it back. */
    @Test
    void theOthersAreNotHeardWhenTheyComeBack() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            quorum.leader().apply("a");
            awaitAll(quorum, List.of("a"));
            quorum.stopAll();
            recover(quorum.config(1).directory(), 3);
            Member survivor = quorum.start(1);
            Await.until("it leads", () -> survivor.raft().isLeader());
            survivor.apply("here");

            Member second = quorum.start(2);
            Member third = quorum.start(3);
            Await.until(
                    "one leads", () -> second.raft().isLeader() || third.raft().isLeader());
            (second.raft().isLeader() ? second : third).apply("there");

            survivor.apply("here too");
            assertThat(survivor.raft().isLeader()).isTrue();
            assertThat(survivor.core().commands()).containsExactly("a", "here", "here too");
        }
    }

    /** Nobody can tell any more whether it was committed, so it counts. */
    @Test
    void anEntryThatOnlyTheSurvivorHasIsKept() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory, Quorum.calm())) {
            Member leader = quorum.leader();
            leader.apply("a");
            int id = leader.id();
            List.copyOf(quorum.followers()).forEach(quorum::stop);
            assertThat(leader.submit("alone", Duration.ofMillis(300))).isInstanceOf(SubmitOutcome.Unknown.class);
            quorum.stopAll();

            recover(quorum.config(id).directory(), 3);

            assertThat(quorum.start(id).core().commands()).isEqualTo(List.of("a", "alone"));
        }
    }

    @Test
    void theSnapshotAndTheLogAfterItAreReadAsOne() throws Exception {
        RaftTuning tuning = Quorum.tuning(1, new RaftTuning.SnapshotPolicy(20, 1 << 20, 3_600_000, 0));
        List<String> commands =
                IntStream.range(0, 50).mapToObj(number -> "command-" + number).toList();
        try (Quorum quorum = Quorum.of(1, directory, tuning)) {
            commands.forEach(command -> quorum.leader().apply(command));
            Path machine = quorum.config(1).groupDirectory().resolve("sm");
            Await.until("a snapshot", () -> hasSnapshot(machine));
            quorum.stopAll();
        }

        JournalCore core = new JournalCore();
        try (LostMajority lost = LostMajority.open(directory.resolve("node-1"))) {
            Survivor survivor = lost.replay(core);

            assertThat(survivor.isAlone()).isTrue();
            assertThat(core.commands()).isEqualTo(commands);
        }
    }

    @Test
    void anInterruptedRecoveryKeepsTheNodeFromStartingAndIsFinished() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            quorum.leader().apply("a");
            awaitAll(quorum, List.of("a"));
            quorum.stopAll();
            Path home = quorum.config(1).directory();
            UUID id = recover(home, 3);
            Path backup = home.resolve("raft.before-recovery-1");
            // As it was when the process ended between two steps: the old storage is away, the new one not yet there.
            Files.move(home.resolve("raft"), home.resolve("raft.recovered"));
            new RecoveryMark(id, "raft.before-recovery-1").write(home);

            assertThatThrownBy(() -> quorum.start(1))
                    .isInstanceOf(StorageRefusedException.class)
                    .hasMessageContaining("metadata-quorum recover again");
            try (LostMajority lost = LostMajority.open(home)) {
                assertThat(lost.finishInterrupted()).contains(backup);
            }

            assertThat(quorum.start(1).core().commands()).isEqualTo(List.of("a"));
            assertThat(backup.resolve("meta.properties")).exists();
        }
    }

    @Test
    void aDirectoryInUseOrWithoutALogIsRefused() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            assertThatThrownBy(() -> LostMajority.open(quorum.config(1).directory()))
                    .isInstanceOf(StorageRefusedException.class)
                    .hasMessageContaining("is in use by another process");
        }
        assertThatThrownBy(() -> LostMajority.open(directory.resolve("nowhere")))
                .isInstanceOf(StorageRefusedException.class)
                .hasMessageContaining("There is no metadata log");
        assertThat(directory.resolve("nowhere")).doesNotExist();
    }

    private static UUID recover(Path home, int voters) throws Exception {
        UUID id = UUID.randomUUID();
        JournalCore core = new JournalCore();
        try (LostMajority lost = LostMajority.open(home)) {
            Survivor survivor = lost.replay(core);
            assertThat(survivor.voters()).hasSize(voters);
            assertThat(survivor.isAlone()).isFalse();
            assertThat(lost.found(id, core.capture())).isDirectory();
        }
        try (LostMajority again = LostMajority.open(home)) {
            assertThat(again.replay(new JournalCore()).isAlone()).isTrue();
        }
        return id;
    }

    private static boolean hasSnapshot(Path machine) {
        try {
            return !Directories.filesStartingWith(machine, "snapshot.").isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    private static void awaitAll(Quorum quorum, List<String> commands) {
        for (Member member : quorum.members()) {
            Await.until(
                    "everybody has everything", () -> member.core().commands().equals(commands));
        }
    }
}
