package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.quorum.raft.QuorumChange.Verdict;
import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A quorum grows and shrinks by one voter at a time. */
class MembershipTest {

    @TempDir
    Path directory;

    @Test
    void oneVoterBecomesThreeAndTheyOutliveTheFirst() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory, RaftTuning.defaults())) {
            Member founder = quorum.leader();
            founder.apply("a");
            List<Voter> joiners = Quorum.freeVoters(3).subList(1, 3);
            for (Voter joiner : joiners) {
                Member joined = quorum.join(joiner);
                assertThat(joined.raft().isReady()).isFalse();
                assertThat(joined.raft().isVoter()).isFalse();
                assertThat(add(founder, joiner)).isEqualTo(Verdict.DONE);
                assertThat(add(founder, joiner)).isEqualTo(Verdict.NOT_NEEDED);
                Await.until("it has everything", () -> joined.core().commands().equals(List.of("a")));
                assertThat(joined.raft().isVoter()).isTrue();
            }
            assertThat(founder.raft().status().voters())
                    .extracting(MemberProgress::voter)
                    .containsAll(joiners);

            quorum.stop(founder);

            assertThat(quorum.leader().apply("b")).isEqualTo("2");
        }
    }

    /** Its configuration still names itself as the only voter; alone it would elect itself at once. */
    @Test
    void aFounderThatStartsAgainTakesTheVotersFromItsLog() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory, RaftTuning.defaults())) {
            Member founder = quorum.leader();
            for (Voter joiner : Quorum.freeVoters(3).subList(1, 3)) {
                quorum.join(joiner);
                assertThat(add(founder, joiner)).isEqualTo(Verdict.DONE);
            }
            quorum.stopAll();

            Member again = quorum.start(1);
            SubmitOutcome outcome = again.submit("alone", Duration.ofSeconds(2));

            assertThat(outcome).isInstanceOf(SubmitOutcome.Refused.class);
            assertThat(again.raft().status().voters()).hasSize(3);
        }
    }

    @Test
    void aRemovedVoterNoLongerCounts() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member leader = quorum.leader();
            List<Member> followers = quorum.followers();
            Member lost = followers.get(0);
            quorum.stop(lost);

            assertThat(remove(leader, lost.id())).isEqualTo(Verdict.DONE);
            assertThat(remove(leader, lost.id())).isEqualTo(Verdict.NOT_NEEDED);

            assertThat(leader.raft().status().voters())
                    .extracting(member -> member.voter().id())
                    .containsExactlyInAnyOrder(leader.id(), followers.get(1).id());
            assertThat(leader.apply("a")).isEqualTo("1");
        }
    }

    @Test
    void aRemovedVoterThatRunsIsToldToStopAndCanBeAddedAgainWithAnEmptyDirectory() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member leader = quorum.leader();
            leader.apply("a");
            Member removed = quorum.followers().get(0);
            assertThat(remove(leader, removed.id())).isEqualTo(Verdict.DONE);
            Await.until("it knows", () -> removed.stops().stream().anyMatch(why -> why.contains("was removed")));
            quorum.stop(removed);
            leader.apply("b");

            Directories.delete(quorum.config(removed.id()).directory());
            Voter voter = quorum.config(removed.id()).voters().stream()
                    .filter(one -> one.id() == removed.id())
                    .findFirst()
                    .orElseThrow();
            Member again = quorum.join(voter);
            assertThat(again.raft().isVoter()).isFalse();

            assertThat(add(leader, voter)).isEqualTo(Verdict.DONE);
            Await.until("it has everything", () -> again.core().commands().equals(List.of("a", "b")));
        }
    }

    @Test
    void aLeaderThatIsToBeRemovedHandsOverAndTheNextLeaderRemovesIt() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member old = quorum.leader();

            assertThat(remove(old, old.id())).isEqualTo(Verdict.NOT_LEADER);

            Await.until("another leads", () -> quorum.leader() != old);
            assertThat(remove(quorum.leader(), old.id())).isEqualTo(Verdict.DONE);
        }
    }

    @Test
    void theLastVoterStays() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            assertThat(remove(quorum.leader(), 1)).isEqualTo(Verdict.REFUSED);
            assertThat(quorum.leader().apply("a")).isEqualTo("1");
        }
    }

    /** With three voters of which one is gone, removing a living one would leave two of which one answers. */
    @Test
    void aVoterWithoutWhomTheOthersAreNoMajorityStays() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member leader = quorum.leader();
            List<Member> followers = quorum.followers();
            quorum.stop(followers.get(0));
            Await.until(
                    "it is missed",
                    () -> leader.raft().status().members().stream().anyMatch(member -> member.lastContactMs() > 2_500));

            QuorumChange refused = leader.raft()
                    .removeVoter(followers.get(1).id(), Quorum.TIMEOUT)
                    .join();

            assertThat(refused.verdict()).isEqualTo(Verdict.REFUSED);
            assertThat(refused.detail()).contains("only [" + leader.id() + "] do");
            assertThat(leader.apply("a")).isEqualTo("1");
        }
    }

    @Test
    void anotherVoterWithTheSameIdOrEndpointIsRefused() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            Voter self = quorum.config(1).voters().get(0);

            assertThat(add(quorum.leader(), new Voter(1, "127.0.0.1", 1))).isEqualTo(Verdict.DUPLICATE_VOTER);
            assertThat(add(quorum.leader(), new Voter(2, self.host(), self.port())))
                    .isEqualTo(Verdict.DUPLICATE_VOTER);
        }
    }

    @Test
    void theLeadershipGoesToAVoterThatAnswersAndToNobodyElse() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member old = quorum.leader();
            Member next = quorum.followers().get(0);

            assertThat(transfer(old, old.id())).isEqualTo(Verdict.NOT_NEEDED);
            assertThat(transfer(old, 9)).isEqualTo(Verdict.UNKNOWN_VOTER);
            assertThat(transfer(next, quorum.followers().get(1).id())).isEqualTo(Verdict.NOT_LEADER);
            assertThat(transfer(old, next.id())).isEqualTo(Verdict.DONE);
            assertThat(quorum.leader()).isSameAs(next);

            quorum.stop(old);
            Await.until(
                    "it is missed",
                    () -> next.raft().status().members().stream().anyMatch(member -> member.lastContactMs() > 2_500));
            assertThat(transfer(next, old.id())).isEqualTo(Verdict.REFUSED);
        }
    }

    /** One, three, five, three voters, while commands come all along: each that was answered is there in the end. */
    @Test
    void commandsGoOnWhileTheQuorumGrowsAndShrinks() throws Exception {
        ExecutorService client = Executors.newSingleThreadExecutor();
        try (Quorum quorum = Quorum.of(1, directory, RaftTuning.defaults())) {
            AtomicBoolean ending = new AtomicBoolean();
            List<String> answered = new ArrayList<>();
            CompletableFuture<Void> load =
                    CompletableFuture.runAsync(() -> submitUntil(ending, quorum, answered), client);

            List<Voter> joiners = Quorum.freeVoters(5).subList(1, 5);
            for (Voter joiner : joiners) {
                quorum.join(joiner);
                until(quorum, leader -> leader.raft().addVoter(joiner, ""));
            }
            for (int leaving : List.of(1, 2)) { // the founder, which has led all along, among them
                until(quorum, leader -> leader.raft().removeVoter(leaving, Quorum.TIMEOUT));
                quorum.stop(quorum.member(leaving));
            }
            ending.set(true);
            load.join();

            Member leader = quorum.leader();
            leader.apply("last");
            assertThat(leader.raft().status().voters())
                    .extracting(member -> member.voter().id())
                    .containsExactly(3, 4, 5);
            assertThat(answered).isNotEmpty();
            Set<String> lost = new LinkedHashSet<>(answered);
            leader.core().commands().forEach(lost::remove);
            assertThat(lost).isEmpty();
            assertThat(leader.core().commands()).doesNotHaveDuplicates();
            for (Member member : quorum.members()) {
                Await.until(
                        "it has everything",
                        () -> member.core().commands().equals(leader.core().commands()));
            }
        } finally {
            client.shutdown();
        }
    }

    /** Asks whoever leads until the change is made. */
    private static void until(Quorum quorum, ChangeOfVoters change) {
        Await.until("the voters have changed", Duration.ofSeconds(30), () -> {
            Verdict verdict = change.by(quorum.leader()).join().verdict();
            return verdict == Verdict.DONE || verdict == Verdict.NOT_NEEDED;
        });
    }

    private interface ChangeOfVoters {
        CompletableFuture<QuorumChange> by(Member leader);
    }

    private static void submitUntil(AtomicBoolean ending, Quorum quorum, List<String> answered) {
        for (int number = 0; !ending.get(); number++) {
            String command = "command-" + number;
            for (Member member : quorum.members()) {
                if (member.raft().isLeader() && member.submit(command) instanceof SubmitOutcome.Applied) {
                    answered.add(command);
                    break;
                }
            }
        }
    }

    private static Verdict add(Member leader, Voter voter) {
        return leader.raft().addVoter(voter, "").join().verdict();
    }

    private static Verdict remove(Member leader, int id) {
        return leader.raft().removeVoter(id, Quorum.TIMEOUT).join().verdict();
    }

    private static Verdict transfer(Member leader, int id) {
        return leader.raft().transferLeadership(id, Quorum.TIMEOUT).join().verdict();
    }
}
