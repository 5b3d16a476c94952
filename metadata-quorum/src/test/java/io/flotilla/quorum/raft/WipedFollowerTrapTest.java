package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trap: a follower that comes back without its log stays empty for as long as its leader has nothing to append. */
class WipedFollowerTrapTest {

    private static final List<String> TEN =
            IntStream.range(0, 10).mapToObj(i -> "command " + i).toList();

    private static final int ATTEMPTS_MAX = 5;

    @TempDir
    Path directory;

    /** A leader that changes meanwhile appends, and so helps by chance: then the experiment is made again. */
    @Test
    void underAnIdleLeaderItStaysEmptyUntilSomethingIsAppended() throws Exception {
        boolean stayedEmpty = false;
        for (int attempt = 0; attempt < ATTEMPTS_MAX && !stayedEmpty; attempt++) {
            stayedEmpty = staysEmptyUntilSomethingIsAppended(directory.resolve("attempt-" + attempt));
        }
        assertThat(stayedEmpty)
                .as("the trap was seen in one of %d attempts", ATTEMPTS_MAX)
                .isTrue();
    }

    private static boolean staysEmptyUntilSomethingIsAppended(Path home) throws Exception {
        List<Voter> voters = Quorum.freeVoters(3);
        Map<Integer, RawRatis> servers = new TreeMap<>();
        try {
            for (Voter voter : voters) {
                servers.put(voter.id(), start(voter.id(), voters, home, new RawRatis.Journal()));
            }
            Await.until("a leader", () -> servers.values().stream().anyMatch(RawRatis::leads));
            RawRatis leader = servers.values().stream()
                    .filter(RawRatis::leads)
                    .findFirst()
                    .orElseThrow();
            for (String command : TEN) {
                leader.submit(command).join();
            }
            int wiped = servers.keySet().stream()
                    .filter(id -> servers.get(id) != leader)
                    .findFirst()
                    .orElseThrow();
            servers.get(wiped).close();
            Directories.delete(home.resolve("" + wiped));
            RawRatis.Journal journal = new RawRatis.Journal();
            servers.put(wiped, start(wiped, voters, home, journal));

            if (catchesUp(journal)) {
                return false;
            }
            leader.submit("eleventh").join();
            Await.until("it catches up", () -> journal.commands().size() == 11);
            assertThat(journal.commands()).startsWith(TEN.toArray(new String[0]));
            return true;
        } finally {
            for (RawRatis server : servers.values()) {
                server.close();
            }
        }
    }

    private static boolean catchesUp(RawRatis.Journal journal) {
        try {
            Await.until(
                    "it catches up",
                    Duration.ofSeconds(2),
                    () -> journal.commands().containsAll(TEN));
            return true;
        } catch (AssertionError e) {
            return false;
        }
    }

    @Test
    void aLeaderCommitsANoOpForAFollowerThatComesBack() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            TEN.forEach(quorum.leader()::apply);
            Member follower = quorum.followers().get(0);
            quorum.stop(follower);
            Directories.delete(follower.config().directory());

            Member wiped = quorum.start(follower.id());

            Await.until("it catches up", () -> wiped.core().commands().equals(TEN));
            assertThat(quorum.leader().core().commands()).isEqualTo(TEN);
        }
    }

    private static RawRatis start(int id, List<Voter> voters, Path home, RawRatis.Journal journal) throws Exception {
        return RawRatis.start(Quorum.configOf(id, voters, home.resolve("" + id), Quorum.calm()), journal);
    }
}
