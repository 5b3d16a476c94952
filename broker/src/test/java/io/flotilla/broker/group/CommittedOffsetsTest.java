package io.flotilla.broker.group;

import static io.flotilla.broker.group.Story.GROUP;
import static io.flotilla.broker.group.Story.begun;
import static io.flotilla.broker.group.Story.offset;
import static io.flotilla.broker.group.Story.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.broker.group.Decision.Given;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CommittedOffsetsTest {
    private static final long WEEK_MS = TimeUnit.DAYS.toMillis(7);

    private final Story story = begun();

    @Test
    void aMemberCommitsInItsEpochAndReadsItAllBack() {
        long a = joined();
        story.commits("a", story.epoch(a), offset("orders", 1, 42));
        FetchedOffset fetched = fetched().get(0);
        assertThat(fetched)
                .isEqualTo(new FetchedOffset(
                        "orders",
                        story.topics.id("orders"),
                        1,
                        42,
                        OptionalInt.of(4),
                        "mark",
                        story.now().wallMs()));
        story.failOver();
        assertThat(fetched()).containsExactly(fetched);
    }

    @Test
    void otherEpochsAndStrangersAreRefused() {
        long a = joined();
        int epoch = story.epoch(a);
        assertThat(refused("a", epoch - 1)).isEqualTo(ErrorCode.STALE_MEMBER_EPOCH);
        assertThat(refused("a", epoch + 1)).isEqualTo(ErrorCode.FENCED_MEMBER_EPOCH);
        assertThat(refused("b", epoch)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(refused("", 0)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aLateCommitDoesNotUndoTheNextOwners() {
        long a = joined();
        long b = story.joins("b", "orders");
        story.settle().reports("a", a);
        assertThat(story.holds(b)).isEqualTo("orders[2]");
        story.commits("b", story.epoch(b), offset("orders", 2, 9));
        var late = story.commits("a", story.epoch(a), offset("orders", 2, 5), offset("orders", 0, 6));
        assertThat(codes(late)).containsExactly("STALE_MEMBER_EPOCH", "");
        assertThat(story.committed("orders", 2)).isEqualTo(9);
        assertThat(story.committed("orders", 0)).isEqualTo(6);
    }

    @Test
    void entriesAreRefusedOneByOne() {
        var decision = story.commits(
                "",
                0,
                offset("orders", 0, 1),
                offset("orders", 3, 1),
                offset("nothing", 0, 1),
                offset("orders", 1, -1),
                new OffsetCommit.Entry(
                        new NamedTopic("orders", Optional.of(new TopicId(new UUID(1, 1)))),
                        0,
                        OptionalLong.of(1),
                        OptionalInt.empty(),
                        ""),
                new OffsetCommit.Entry(
                        new NamedTopic("orders", Optional.empty()),
                        0,
                        OptionalLong.of(1),
                        OptionalInt.empty(),
                        "m".repeat(4_097)));
        assertThat(codes(decision))
                .containsExactly(
                        "",
                        "UNKNOWN_TOPIC_OR_PARTITION",
                        "UNKNOWN_TOPIC_OR_PARTITION",
                        "INVALID_REQUEST",
                        "UNKNOWN_TOPIC_ID",
                        "OFFSET_METADATA_TOO_LARGE");
        assertThat(decision.records()).hasSize(1);
    }

    @Test
    void aCallHolds1To10000Offsets() {
        assertThat(refusal(story.commits("", 0)).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        List<OffsetCommit.Entry> many = Collections.nCopies(10_001, offset("orders", 0, 1));
        assertThat(refusal(story.core().commit(new OffsetCommit(GROUP, "", 0, many), story.now()))
                        .message())
                .contains("10001");
    }

    @Test
    void aDeletedTopicsOffsetsGoAndANewTopicOfTheNameStartsFromNothing() {
        story.commits("", 0, offset("orders", 0, 8), offset("bills", 0, 9));
        story.topics.delete("orders");
        story.topicsChanged();
        story.with("orders", 3);
        assertThat(story.committed("orders", 0)).isEqualTo(-1);
        assertThat(story.committed("bills", 0)).isEqualTo(9);
        story.failOver();
        assertThat(story.committed("orders", 0)).isEqualTo(-1);
    }

    @Test
    void offsetsOfATopicThatWasDeletedMeanwhileGoWhenTheLogIsLoaded() {
        story.commits("", 0, offset("orders", 0, 8));
        story.topics.delete("orders");
        story.failOver();
        assertThat(refusal(story.core().describe(GROUP)).code()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(story.core().snapshot()).isEmpty();
    }

    @Test
    void aGroupIsDeletedWithItsOffsetsOnceItIsEmpty() {
        long a = joined();
        story.commits("a", story.epoch(a), offset("orders", 0, 8));
        assertThat(refusal(story.core().delete(GROUP)).code()).isEqualTo(ErrorCode.NON_EMPTY_GROUP);
        story.leaves("a", a, false);
        story.take(story.core().delete(GROUP));
        assertThat(refusal(story.core().delete(GROUP)).code()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(story.failOver().core().snapshot()).isEmpty();
    }

    @Test
    void aResetSetsAllOrNothing() {
        story.commits("", 0, offset("orders", 0, 8));
        var refused = story.core().reset(GROUP, List.of(offset("orders", 0, 1), offset("orders", 9, 1)), story.now());
        assertThat(codes(refused)).containsExactly("INVALID_REQUEST", "UNKNOWN_TOPIC_OR_PARTITION");
        assertThat(story.committed("orders", 0)).isEqualTo(8);
        OffsetCommit.Entry away = new OffsetCommit.Entry(
                new NamedTopic("orders", Optional.empty()), 0, OptionalLong.empty(), OptionalInt.empty(), "");
        story.take(story.core().reset(GROUP, List.of(away, offset("orders", 1, 3)), story.now()));
        assertThat(story.committed("orders", 0)).isEqualTo(-1);
        assertThat(story.committed("orders", 1)).isEqualTo(3);
    }

    @Test
    void aResetOfALivingGroupIsRefused() {
        joined();
        assertThat(refusal(story.core().reset(GROUP, List.of(offset("orders", 0, 1)), story.now()))
                        .code())
                .isEqualTo(ErrorCode.NON_EMPTY_GROUP);
    }

    @Test
    void offsetsExpireAWeekAfterTheGroupWasLeft() {
        long a = joined();
        story.commits("a", story.epoch(a), offset("orders", 0, 8));
        for (long minutes = 0; minutes < TimeUnit.DAYS.toMinutes(8); minutes++) {
            for (int beat = 0; beat < 10; beat++) {
                story.beats("a", a).after(6_000);
            }
        }
        assertThat(story.committed("orders", 0)).isEqualTo(8);
        story.leaves("a", a, false).after(WEEK_MS - 1);
        assertThat(story.committed("orders", 0)).isEqualTo(8);
        story.after(600_001);
        assertThat(refusal(story.core().describe(GROUP)).code()).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(story.failOver().core().snapshot()).isEmpty();
    }

    @Test
    void offsetsFromOutsideExpireAWeekAfterTheirCommit() {
        story.commits("", 0, offset("orders", 0, 8)).records();
        story.after(WEEK_MS / 2).commits("", 0, offset("orders", 1, 8));
        story.after(WEEK_MS / 2 + 600_000);
        assertThat(fetched()).extracting(FetchedOffset::partition).containsExactly(1);
    }

    @Test
    void groupsAreListedByState() {
        story.commits("", 0, offset("orders", 0, 8));
        assertThat(listed(Set.of())).containsExactly(new ListedGroup(GROUP, GroupState.EMPTY));
        assertThat(listed(Set.of(GroupState.STABLE))).isEmpty();
        joined();
        assertThat(listed(Set.of(GroupState.STABLE))).hasSize(1);
    }

    private long joined() {
        long a = story.joins("a", "orders");
        story.settle().reports("a", a);
        return a;
    }

    private List<FetchedOffset> fetched() {
        return ((Given<List<FetchedOffset>>)
                        story.core().fetchOffsets(GROUP, List.of()).answer())
                .value();
    }

    private List<ListedGroup> listed(Set<GroupState> states) {
        return ((Given<List<ListedGroup>>) story.core().list(states).answer()).value();
    }

    private ErrorCode refused(String member, int epoch) {
        return refusal(story.commits(member, epoch, offset("orders", 0, 1))).code();
    }

    private static List<String> codes(Decision<List<OffsetResult>> decision) {
        List<String> codes = new ArrayList<>();
        ((Given<List<OffsetResult>>) decision.answer())
                .value()
                .forEach(result -> codes.add(
                        result.error().map(error -> error.code().name()).orElse("")));
        return codes;
    }
}
