package io.flotilla.client.internal.group;

import static io.flotilla.client.internal.group.SimCoordinators.GONE;
import static io.flotilla.client.internal.group.SimCoordinators.ONE;
import static io.flotilla.client.internal.group.SimCoordinators.TWO;
import static io.flotilla.client.internal.group.SimCoordinators.partitions;
import static io.flotilla.client.internal.group.SimCoordinators.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.group.GroupTransport.Author;
import io.flotilla.client.internal.group.GroupTransport.Committed;
import io.flotilla.client.internal.group.GroupTransport.Offsets;
import io.flotilla.client.internal.group.GroupTransport.Refusals;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OffsetCommitsTest {
    private static final Refusals NONE = new Refusals(Map.of());

    private final GroupStory story = new GroupStory();
    private final SimCoordinators brokers = story.brokers;

    private static long offset(SimCoordinators.Commit commit) {
        return commit.offsets().values().iterator().next().offset();
    }

    private static Refusals refused(ErrorCode code) {
        return new Refusals(Map.of(partitions(0).first(), refusal(code)));
    }

    private static ErrorCode code(List<Map<GroupPartition, FlotillaError>> ended) {
        return ended.get(0).values().iterator().next().code();
    }

    @Test
    void aMemberCommitsInItsEpoch() {
        story.holding(4, 0);
        var ended = story.commit(0, 17);
        assertThat(brokers.lastCommit().author()).isEqualTo(new Author("member", 4));
        assertThat(brokers.lastCommit().call().coordinator()).isEqualTo(ONE);
        brokers.lastCommit().listener().answered(NONE);
        assertThat(ended).containsExactly(Map.of());
    }

    @Test
    void whoIsNoMemberCommitsFromOutside() {
        var ended = story.commit(OffsetCommits.NO_LIFE, 17);
        brokers.lastFind().listener().answered(TWO);
        story.after(0);
        assertThat(brokers.lastCommit().author()).isEqualTo(Author.OUTSIDE);
        brokers.lastCommit().listener().answered(NONE);
        assertThat(ended).hasSize(1);
    }

    @Test
    void commitsAreMadeOneAfterTheOther() {
        story.holding(4, 0);
        var first = story.commit(0, 1);
        var second = story.commit(0, 2);
        assertThat(brokers.commits).hasSize(1);
        brokers.lastCommit().listener().failed(GONE);
        story.after(100);
        brokers.lastFind().listener().answered(TWO);
        story.after(100);
        assertThat(offset(brokers.lastCommit())).isEqualTo(1);
        brokers.lastCommit().listener().answered(NONE);
        story.after(0);
        assertThat(first).hasSize(1);
        assertThat(second).isEmpty();
        assertThat(offset(brokers.lastCommit())).isEqualTo(2);
    }

    @Test
    void aStaleEpochIsTriedAgainWithTheOneThatCame() {
        story.holding(4, 0);
        var ended = story.commit(0, 17);
        brokers.lastCommit().listener().failed(refusal(ErrorCode.STALE_MEMBER_EPOCH));
        brokers.lastStream().assign(5, 0);
        story.after(100);
        assertThat(brokers.lastCommit().author().memberEpoch()).isEqualTo(5);
        brokers.lastCommit().listener().answered(NONE);
        assertThat(ended).containsExactly(Map.of());
    }

    @Test
    void aLifeThatIsOverCommitsNothing() {
        story.holding(4, 0);
        brokers.lastStream().listener.refused(refusal(ErrorCode.FENCED_MEMBER_EPOCH));
        story.after(0);
        brokers.lastStream().assign(6, 0);
        var ended = story.commit(0, 17);
        assertThat(brokers.commits).isEmpty();
        assertThat(code(ended)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whatIsRefusedForGoodIsToldAndHoldsNobodyUp() {
        story.holding(4, 0);
        var first = story.commit(0, 1);
        story.commit(0, 2);
        brokers.lastCommit().listener().answered(refused(ErrorCode.OFFSET_METADATA_TOO_LARGE));
        story.after(0);
        assertThat(code(first)).isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
        assertThat(offset(brokers.lastCommit())).isEqualTo(2);
    }

    @Test
    void onlyWhatMayStillSucceedIsTriedAgain() {
        story.holding(4, 0);
        var ended = story.commit(0, 1);
        brokers.lastCommit().listener().answered(refused(ErrorCode.NOT_ENOUGH_REPLICAS));
        assertThat(ended).isEmpty();
        story.after(200);
        assertThat(brokers.commits).hasSize(2);
    }

    @Test
    void aCommitWithoutAnAnswerEndsWhenItsTimeIsUp() {
        story.holding(4, 0);
        var ended = story.commit(0, 1);
        story.alive(31_000);
        assertThat(code(ended)).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
    }

    @Test
    void committedOffsetsAreAskedOfTheNextCoordinatorToo() {
        List<Offsets> answers = new ArrayList<>();
        story.core.offsets().ask(partitions(0, 1), 10_000, new GroupTransport.AnswerListener<>() {
            @Override
            public void answered(Offsets answer) {
                answers.add(answer);
            }

            @Override
            public void failed(FlotillaError error) {
                throw new AssertionError(error);
            }
        });
        story.after(0);
        brokers.lastFind().listener().answered(ONE);
        story.after(0);
        brokers.fetches.get(0).listener().failed(refusal(ErrorCode.NOT_COORDINATOR));
        story.after(100);
        brokers.lastFind().listener().answered(TWO);
        story.after(0);
        Committed committed = new Committed(5, OptionalInt.of(2), "m");
        brokers.fetches
                .get(1)
                .listener()
                .answered(new Offsets(Map.of(partitions(1).first(), committed)));
        assertThat(answers).hasSize(1);
        assertThat(answers.get(0).committed()).containsOnlyKeys(partitions(1).first());
    }
}
