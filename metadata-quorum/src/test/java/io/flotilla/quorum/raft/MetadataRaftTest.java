package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quorum at work: one and three voters in this JVM, on loopback. */
class MetadataRaftTest {

    @TempDir
    Path directory;

    @Test
    void oneVoterCommitsAndRemembersAfterARestart() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            assertThat(quorum.leader().apply("a")).isEqualTo("1");
            assertThat(quorum.leader().apply("b")).isEqualTo("2");
            quorum.stop(quorum.leader());

            Member again = quorum.start(1);

            Await.until("the log is replayed", () -> again.core().commands().size() == 2);
            assertThat(again.core().commands()).containsExactly("a", "b");
            assertThat(quorum.leader().apply("c")).isEqualTo("3");
        }
    }

    @Test
    void threeVotersApplyTheSameCommandsInTheSameOrder() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            for (int i = 0; i < 50; i++) {
                quorum.leader().apply("command " + i);
            }
            for (Member member : quorum.members()) {
                Await.until("everything applied", () -> member.core().commands().size() == 50);
                assertThat(member.core().commands())
                        .isEqualTo(quorum.leader().core().commands());
            }
        }
    }

    @Test
    void aFollowerRefusesForCertainAndNamesTheLeader() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member follower = quorum.followers().get(0);
            Await.until("the follower knows", () -> follower.raft().leader().isPresent());

            SubmitOutcome outcome = follower.submit("x");

            assertThat(outcome).isInstanceOfSatisfying(SubmitOutcome.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(SubmitOutcome.Reason.NOT_LEADER);
                assertThat(refused.leader())
                        .isEqualTo(OptionalInt.of(quorum.leader().id()));
            });
        }
    }

    @Test
    void withoutAMajorityAnAppendedCommandIsUnknownAfterItsTimeout() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory);
                Cuts cuts = new Cuts()) {
            Member leader = quorum.leader();
            cuts.isolate(leader.id());

            SubmitOutcome outcome = leader.submit("x", Duration.ofMillis(300));

            assertThat(outcome).isInstanceOf(SubmitOutcome.Unknown.class);
        }
    }
}
