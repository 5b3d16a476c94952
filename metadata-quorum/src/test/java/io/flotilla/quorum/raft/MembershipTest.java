package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.nio.file.Path;
import java.util.List;
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
                assertThat(founder.raft().addVoter(joiner).join()).isTrue();
                assertThat(founder.raft().addVoter(joiner).join()).isFalse();
                Await.until("it has everything", () -> joined.core().commands().equals(List.of("a")));
            }
            assertThat(founder.raft().status().members())
                    .extracting(MemberProgress::voter)
                    .containsAll(joiners);

            quorum.stop(founder);

            assertThat(quorum.leader().apply("b")).isEqualTo("2");
        }
    }

    @Test
    void aRemovedVoterNoLongerCounts() throws Exception {
        try (Quorum quorum = Quorum.of(3, directory)) {
            Member leader = quorum.leader();
            List<Member> followers = quorum.followers();
            Member lost = followers.get(0);
            quorum.stop(lost);

            assertThat(leader.raft().removeVoter(lost.id()).join()).isTrue();
            assertThat(leader.raft().removeVoter(lost.id()).join()).isFalse();

            assertThat(leader.raft().status().members())
                    .extracting(member -> member.voter().id())
                    .containsExactlyInAnyOrder(leader.id(), followers.get(1).id());
            assertThat(leader.apply("a")).isEqualTo("1");
        }
    }

    @Test
    void theLastVoterStays() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            assertThat(quorum.leader().raft().removeVoter(1).join()).isFalse();
            assertThat(quorum.leader().apply("a")).isEqualTo("1");
        }
    }
}
