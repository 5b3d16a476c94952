package io.flotilla.process;

import static io.flotilla.process.GroupEvent.Kind.ASSIGNED;
import static io.flotilla.process.GroupEvent.Kind.CLOSED;
import static io.flotilla.process.GroupEvent.Kind.COMMITTED;
import static io.flotilla.process.GroupEvent.Kind.LOST;
import static io.flotilla.process.GroupEvent.Kind.READ;
import static io.flotilla.process.GroupEvent.Kind.REVOKED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge of groups complains of every history that is bad, and not of the nearest that is good. */
class GroupHistoryTest {
    private static final int KEYS = 1;

    private final List<GroupEvent> events = new ArrayList<>();
    private final Map<String, Long> killedAtNanos = new HashMap<>();
    private final Map<Integer, List<Integer>> acknowledged = new HashMap<>();

    @Test
    void aPartitionChangesHands() {
        happens("a", ASSIGNED).reads("a", 0, 0, 1).commits("a", 2).happens("a", REVOKED);
        happens("b", ASSIGNED).reads("b", 2, 2, 3).happens("b", REVOKED).happens("b", CLOSED);
        acknowledged.put(0, List.of(0, 1, 2, 3));
        assertThat(verdict()).isEqualTo(new GroupHistory.Verdict(4, 0, List.of()));
    }

    @Test
    void whatADeadMemberReadMayComeAgain() {
        happens("a", ASSIGNED).reads("a", 0, 0, 1).commits("a", 1).dies("a");
        happens("b", ASSIGNED).reads("b", 1, 1, 2);
        assertThat(verdict()).isEqualTo(new GroupHistory.Verdict(3, 1, List.of()));
    }

    @Test
    void whatALivingMemberReadMayNot() {
        happens("a", ASSIGNED).reads("a", 0, 0, 1).happens("a", REVOKED).happens("b", ASSIGNED);
        reads("b", 1, 1, 2);
        assertThat(violations()).singleElement().asString().contains("a, which lived, had read offset 1");
    }

    @Test
    void whatWasCommittedMayNotComeAgain() {
        happens("a", ASSIGNED).reads("a", 0, 0, 1).commits("a", 2).dies("a");
        happens("b", ASSIGNED).reads("b", 1, 1, 2);
        assertThat(violations()).singleElement().asString().contains("2 was committed");
    }

    @Test
    void twoHold() {
        happens("a", ASSIGNED).happens("b", ASSIGNED);
        assertThat(violations()).singleElement().asString().contains("was given what a held");
    }

    @Test
    void oneHoldsWhatAMemberHadThatDiedLater() {
        happens("a", ASSIGNED).happens("b", ASSIGNED).dies("a");
        assertThat(violations()).singleElement().asString().contains("was given what a held");
    }

    @Test
    void oneReadsOnAfterGivingUp() {
        happens("a", ASSIGNED).reads("a", 0, 0).happens("a", REVOKED).reads("a", 1, 1);
        assertThat(violations()).singleElement().asString().contains("did not hold it");
    }

    @Test
    void twoReadInTurn() {
        happens("a", ASSIGNED).reads("a", 0, 0).happens("a", REVOKED).happens("b", ASSIGNED);
        reads("b", 1, 1).reads("a", 2, 2).reads("b", 3, 3);
        assertThat(violations()).anyMatch(violation -> violation.contains("did not hold it: b did"));
    }

    @Test
    void aHolderSkips() {
        happens("a", ASSIGNED).reads("a", 0, 0).reads("a", 2, 2);
        assertThat(violations()).anyMatch(violation -> violation.contains("skips what is from offset 1"));
    }

    @Test
    void aHolderBeginsTooLate() {
        happens("a", ASSIGNED).reads("a", 0, 0).dies("a").happens("b", ASSIGNED).reads("b", 3, 3);
        assertThat(violations()).anyMatch(violation -> violation.contains("skips what is from offset 1"));
    }

    @Test
    void aHolderGoesBack() {
        happens("a", ASSIGNED).reads("a", 0, 0, 1).reads("a", 1, 1);
        assertThat(violations()).anyMatch(violation -> violation.contains("was to go on at offset 2"));
    }

    @Test
    void aKeyIsOutOfOrder() {
        happens("a", ASSIGNED).reads("a", 0, 1, 0);
        assertThat(violations()).anyMatch(violation -> violation.contains("1 came where 0 was to come"));
    }

    @Test
    void aKeyLacksARecord() {
        happens("a", ASSIGNED).reads("a", 0, 0, 2);
        assertThat(violations()).singleElement().asString().contains("2 came where 1 was to come");
    }

    @Test
    void anotherRecordIsThereTheSecondTime() {
        happens("a", ASSIGNED).reads("a", 0, 0).dies("a").happens("b", ASSIGNED).reads("b", 0, 1);
        assertThat(violations()).singleElement().asString().contains("another record than before at offset 0");
    }

    @Test
    void commitsGoBackOrAhead() {
        happens("a", ASSIGNED).reads("a", 0, 0, 1).commits("a", 2).commits("a", 1);
        assertThat(violations()).singleElement().asString().contains("2 was committed before");
        commits("a", 3);
        assertThat(violations()).hasSize(2).last().asString().contains("nobody had read that far");
    }

    @Test
    void aLivingMemberIsRemoved() {
        happens("a", ASSIGNED).happens("a", LOST);
        assertThat(violations()).singleElement().asString().contains("was removed alive");
    }

    @Test
    void aMemberLeavesWithoutGivingUp() {
        happens("a", ASSIGNED).happens("a", CLOSED);
        assertThat(violations()).singleElement().asString().contains("left while it held partition 0");
    }

    @Test
    void theTailWasNeverRead() {
        happens("a", ASSIGNED).reads("a", 0, 0);
        acknowledged.put(0, List.of(0, -1, 1));
        assertThat(violations())
                .containsExactly("partition 0: 1 was acknowledged at offset 2, and nothing was read there");
    }

    @Test
    void aWholePartitionWasNeverRead() {
        acknowledged.put(3, List.of(0));
        assertThat(violations())
                .containsExactly("partition 3: 0 was acknowledged at offset 0, and nothing was read there");
    }

    @Test
    void aLineTellsAll() {
        GroupEvent event = new GroupEvent(12, "a", READ, 3, 40, new int[] {7, 8});
        assertThat(GroupEvent.parse("a", event.line()))
                .usingRecursiveComparison()
                .isEqualTo(event);
    }

    private GroupHistoryTest happens(String life, GroupEvent.Kind kind) {
        events.add(GroupEvent.of(events.size(), life, kind, kind == CLOSED ? -1 : 0));
        return this;
    }

    private GroupHistoryTest reads(String life, long offset, int... numbers) {
        events.add(new GroupEvent(events.size(), life, READ, 0, offset, numbers));
        return this;
    }

    private GroupHistoryTest commits(String life, long offset) {
        events.add(new GroupEvent(events.size(), life, COMMITTED, 0, offset, new int[0]));
        return this;
    }

    private GroupHistoryTest dies(String life) {
        killedAtNanos.put(life, (long) events.size());
        return this;
    }

    private GroupHistory.Verdict verdict() {
        return GroupHistory.judge(events, KEYS, killedAtNanos, acknowledged);
    }

    private List<String> violations() {
        return verdict().violations();
    }
}
