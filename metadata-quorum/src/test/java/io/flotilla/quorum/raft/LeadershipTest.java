package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who leads, who is told, and what happens when the leader goes. */
class LeadershipTest {

    @TempDir
    Path directory;

    @Test
    void theLeaderIsToldItsTermAndTheOldOneThatItLost() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member old = quorum.leader();
            Member next = quorum.followers().get(0);
            long term = old.raft().status().term();
            Await.until("told", () -> old.events().equals(List.of("ready " + term)));

            assertThat(old.raft()
                            .transferLeadership(next.id(), Quorum.TIMEOUT)
                            .join()
                            .holds())
                    .isTrue();

            Await.until("the old one knows", () -> old.events().equals(List.of("ready " + term, "lost")));
            Await.until(
                    "the new one knows",
                    () -> next.events()
                            .equals(List.of("ready " + next.raft().status().term())));
            assertThat(quorum.leader()).isSameAs(next);
            assertThat(next.raft().status().term()).isGreaterThan(term);
        }
    }

    @Test
    void aLeaderThatIsCutOffIsToldWithinItsElectionTimeoutAndItsWritesAreNotAcknowledged() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory);
                Cuts cuts = new Cuts()) {
            Member deposed = quorum.leader();
            cuts.isolate(deposed.id());

            Await.until("told", () -> deposed.events().contains("lost"));

            Await.until("it knows no leader", () -> !deposed.raft().isReady());
            assertThat(deposed.submit("x")).isNotInstanceOf(SubmitOutcome.Applied.class);
            assertThat(quorum.leader().apply("y")).isEqualTo("1");
        }
    }

    @Test
    void followersHearAtOnceWhatIsCommitted() throws Exception {
        // With these the next heartbeat comes long after the test has given up.
        RaftTuning patient =
                new RaftTuning(new RaftTuning.ElectionTiming(120_000, 240_000), RaftTuning.SnapshotPolicy.defaults());
        try (Quorum quorum = Quorum.of(3, directory, patient)) {
            Member leader = quorum.leader();
            for (int number = 1; number <= 20; number++) {
                leader.apply("command " + number);
                int applied = number;
                Await.until(
                        "all have applied " + number,
                        () -> quorum.followers().stream()
                                .allMatch(member -> member.core().commands().size() == applied));
            }
        }
    }

    @Test
    void aFollowerThatKnowsItsLeaderGoneNeedNotWaitForTheSilence() throws Exception {
        // With these nobody would miss the leader before the test has given up.
        RaftTuning patient =
                new RaftTuning(new RaftTuning.ElectionTiming(120_000, 240_000), RaftTuning.SnapshotPolicy.defaults());
        try (Quorum quorum = Quorum.of(3, directory, patient)) {
            Member old = quorum.leader();
            old.apply("a");
            List<Member> others = quorum.followers();
            Await.until(
                    "all have it",
                    () -> old.raft().status().members().stream()
                            .allMatch(member ->
                                    member.matchIndex() == old.raft().status().commitIndex()));
            assertThat(others.get(0).raft().rankWithout(old.id())).isZero();
            assertThat(others.get(1).raft().rankWithout(old.id())).isEqualTo(1);
            assertThat(others.get(1).raft().standWithout(others.get(0).id()))
                    .as("the one that is gone does not lead")
                    .isFalse();
            assertThat(old.raft().standWithout(old.id()))
                    .as("the leader itself")
                    .isFalse();

            quorum.stop(old);
            assertThat(others.get(1).raft().standWithout(old.id())).isTrue();

            Await.until("the next one leads", () -> others.get(1).raft().isLeader());
            assertThat(others.get(0).raft().standWithout(old.id()))
                    .as("another one leads by now")
                    .isFalse();
            assertThat(others.get(1).apply("b")).isEqualTo("2");
        }
    }

    @Test
    void theStatusShowsEveryVotersProgress() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member leader = quorum.leader();
            leader.apply("a");
            long index = leader.raft().status().commitIndex();

            Await.until(
                    "all have it",
                    () -> leader.raft().status().members().stream().allMatch(member -> member.matchIndex() >= index));

            QuorumStatus status = leader.raft().status();
            assertThat(status.leader()).isEqualTo(OptionalInt.of(leader.id()));
            assertThat(status.appliedIndex()).isEqualTo(status.commitIndex());
            assertThat(status.members())
                    .extracting(MemberProgress::voter)
                    .containsExactlyElementsOf(leader.config().voters());
            assertThat(quorum.followers()).allSatisfy(follower -> {
                assertThat(follower.raft().status().leader()).isEqualTo(OptionalInt.of(leader.id()));
                assertThat(follower.raft().isReady()).isTrue();
                assertThat(follower.raft().isLeader()).isFalse();
            });
        }
    }

    /** Prints how long the quorum was without a leader; nothing is asserted about it, machines differ. */
    @Test
    void afterALeaderVanishesTheOthersGoOnWithEverythingThatWasAcknowledged() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory);
                Cuts cuts = new Cuts()) {
            Member first = quorum.leader();
            first.apply("a");
            long cutAt = System.nanoTime();
            cuts.isolate(first.id());
            Await.until(
                    "another leader",
                    () -> quorum.members().stream()
                            .anyMatch(member -> member != first && member.raft().isLeader()));
            Member second = quorum.leader();
            assertThat(second.apply("b")).isEqualTo("2");
            System.out.printf(
                    "metadata failover, leader cut off: %d ms to the next commit%n",
                    (System.nanoTime() - cutAt) / 1_000_000);
            cuts.heal();
            Await.until("the first one follows", () -> first.core().commands().equals(List.of("a", "b")));
            assertThat(second.core().commands()).containsExactly("a", "b");
        }
    }

    /**
     * Trap: a leader that lost its majority may not stand for a while, also where nobody else can win because it alone
     * has the newest entry. Prints how long that takes.
     */
    @Test
    void aLeaderThatResignedStandsAgainWhereItAloneHasTheNewestEntry() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory);
                Cuts cuts = new Cuts()) {
            Member first = quorum.leader();
            first.apply("a");
            Member follower = quorum.followers().get(0);
            quorum.stop(quorum.followers().get(1));
            cuts.isolate(first.id());
            assertThat(first.submit("b", Duration.ofMillis(200))).isInstanceOf(SubmitOutcome.Unknown.class);
            Await.until("it resigns", () -> first.events().contains("lost"));
            long healedAt = System.nanoTime();
            cuts.heal();

            assertThat(quorum.leader()).isSameAs(first);

            System.out.printf(
                    "metadata leader that resigned and alone can win: %d ms to its next term%n",
                    (System.nanoTime() - healedAt) / 1_000_000);
            assertThat(first.apply("c")).isEqualTo("3");
            Await.until(
                    "the follower has it all", () -> follower.core().commands().equals(List.of("a", "b", "c")));
        }
    }

    @Test
    void aDivisionThatClosesItselfStopsTheProcess() throws Exception {
        RaftConfig config = Quorum.configOf(1, Quorum.freeVoters(1), directory);
        try (Lent lent = new Lent()) {
            Submissions submissions = new Submissions(lent.runtime().pool());
            FreeSpace space = new FreeSpace(config.directory(), 0);
            RaftNode node = new RaftStart(config, space, submissions, lent.runtime()).start(new JournalCore());
            try (Watchdog watchdog = new Watchdog(node, space, timeout -> {}, lent.runtime(), config.tuning())) {
                watchdog.start();
                node.close(); // as after a very long pause of the JVM: nobody asked for it

                Await.until("the process is stopped", () -> !lent.stops().isEmpty());
                assertThat(lent.stops())
                        .singleElement()
                        .asString()
                        .contains("closed itself")
                        .contains("start this node again");
            }
        }
    }

    @Test
    void aBarrierCommitsWithoutTouchingTheState() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            Member leader = quorum.leader();
            leader.apply("a");

            SubmitOutcome outcome = leader.raft().barrier(Quorum.TIMEOUT).join();

            assertThat(outcome).isInstanceOf(SubmitOutcome.Applied.class);
            assertThat(leader.core().commands()).containsExactly("a");
        }
    }
}
