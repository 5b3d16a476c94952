package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftClientReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trap: Ratis answers NotLeader to a command that is in its log already, and commits it afterwards. */
class AmbiguousNotLeaderTrapTest {

    @TempDir
    Path directory;

    @Test
    void ratisSaysNotLeaderAndThenAppliesTheCommand() throws Exception {
        List<Voter> voters = Quorum.freeVoters(3);
        List<RawRatis> servers = new ArrayList<>();
        RawRatis.Journal[] journals = {new RawRatis.Journal(), new RawRatis.Journal(), new RawRatis.Journal()};
        try (Cuts cuts = new Cuts()) {
            for (Voter voter : voters) {
                servers.add(RawRatis.start(
                        voter.id(), voters, directory.resolve("" + voter.id()), journals[voter.id() - 1]));
            }
            Await.until("a leader", () -> servers.stream().anyMatch(RawRatis::leads));
            RawRatis leader =
                    servers.stream().filter(RawRatis::leads).findFirst().orElseThrow();
            cuts.everyLink();

            RaftClientReply reply = leader.submit("x").get(10, TimeUnit.SECONDS);

            assertThat(reply.getNotLeaderException()).isNotNull();
            RawRatis.Journal former = journals[servers.indexOf(leader)];
            cuts.restoreAllBut(servers.indexOf(leader) == 0 ? 2 : 1); // of the two that are left, only it has the entry
            Await.until("applied all the same", () -> former.commands().equals(List.of("x")));
        } finally {
            for (RawRatis server : servers) {
                server.close();
            }
        }
    }

    @Test
    void theSameCommandIsReportedAsApplied() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory);
                Cuts cuts = new Cuts()) {
            Member leader = quorum.leader();
            cuts.everyLink();
            CompletableFuture<SubmitOutcome> outcome = leader.raft().submit(JournalCore.bytes("x"), Quorum.TIMEOUT);
            Await.until("the leader gives up", () -> !leader.raft().isLeader());
            assertThat(outcome).isNotDone();

            cuts.restoreAllBut(quorum.members().stream()
                    .filter(member -> member != leader)
                    .findFirst()
                    .orElseThrow()
                    .id()); // of the two that are left, only the former leader has the entry

            assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(SubmitOutcome.Applied.class);
            cuts.heal();
            for (Member member : quorum.members()) {
                Await.until("applied once", () -> member.core().commands().equals(List.of("x")));
            }
        }
    }

    @Test
    void aCommandThatDiedWithItsLeaderIsCertainlyRefused() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory);
                Cuts cuts = new Cuts()) {
            Member deposed = quorum.leader();
            cuts.isolate(deposed.id());
            CompletableFuture<SubmitOutcome> outcome =
                    deposed.raft().submit(JournalCore.bytes("lost"), Duration.ofSeconds(30));
            Await.until("the leader gives up", () -> !deposed.raft().isLeader());
            assertThat(quorum.leader().apply("kept")).isEqualTo("1");

            cuts.heal();

            assertThat(outcome.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            SubmitOutcome.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(SubmitOutcome.Reason.NOT_LEADER));
            for (Member member : quorum.members()) {
                Await.until("only the other one", () -> member.core().commands().equals(List.of("kept")));
            }
        }
    }
}
