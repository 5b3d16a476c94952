package io.flotilla.broker.group;

import static io.flotilla.broker.group.Story.begun;
import static io.flotilla.broker.group.Story.matching;
import static io.flotilla.broker.group.Story.names;
import static io.flotilla.broker.group.Story.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private final Story story = begun();

    @Test
    void aGroupsIdHas1To249Bytes() {
        assertThat(hello("", "a", names("orders"), "", 0).code()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
        assertThat(hello("g".repeat(250), "a", names("orders"), "", 0).message())
                .contains("250 bytes");
        assertThat(refusal(story.core().fetchOffsets("ü".repeat(125), List.of()))
                        .code())
                .isEqualTo(ErrorCode.INVALID_GROUP_ID);
    }

    @Test
    void aMembersIdHas1To64Bytes() {
        assertThat(hello("g", "", names("orders"), "", 0).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(hello("g", "m".repeat(65), names("orders"), "", 0).message()).contains("65 bytes");
    }

    @Test
    void anUnreadablePatternIsNamedWithWhatIsWrong() {
        FlotillaError error = hello("g", "a", matching("orders(-"), "", 0);
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
        assertThat(error.message()).contains("'orders(-'").contains("missing closing )");
    }

    @Test
    void aPatternThatWouldFillTheMemoryIsRefused() {
        String bomb = "((((a{1000}){1000}){1000}){1000})";
        assertThat(hello("g", "a", matching(bomb), "", 0).message())
                .contains(bomb)
                .contains("10000 parts");
        assertThat(hello("g", "a", matching("(?:[]a]{99,}\\pL{2}){999}"), "", 0).code())
                .isEqualTo(ErrorCode.INVALID_REGULAR_EXPRESSION);
        assertThat(hello("g", "a", matching("a".repeat(1_025)), "", 0).message())
                .contains("1025 bytes");
        story.wants("m", story.joins("m", "orders"), matching("[a-z0-9]{8}(-[[:alnum:]]{4}){3}-\\w{12}|ord{1,2}ers{1}"))
                .settle();
        assertThat(story.described().members().get(0).target()).hasSize(1);
    }

    @Test
    void aSubscriptionNamesLegalTopicsAndAtLeastOne() {
        assertThat(hello("g", "a", names(), "", 0).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(hello("g", "a", names("or/ders"), "", 0).code()).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void aSessionTimeoutIsWithinTheBrokersRange() {
        assertThat(hello("g", "a", names("orders"), "", 5_999).code()).isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
        assertThat(hello("g", "a", names("orders"), "", 60_001).message()).contains("6000 to 60000 ms");
    }

    @Test
    void anUnknownAssignorIsAnsweredWithTheKnownOnes() {
        FlotillaError error = hello("g", "a", names("orders"), "best", 0);
        assertThat(error.code()).isEqualTo(ErrorCode.UNSUPPORTED_ASSIGNOR);
        assertThat(error.message()).contains("uniform, range");
    }

    @Test
    void aFullGroupTakesNobodyElse() {
        for (int member = 0; member < 5; member++) {
            story.joins("m" + member, "orders");
        }
        assertThat(refusal(story.core().hello(story.hello("m5", 0, "orders"), story.now()))
                        .code())
                .isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        story.joins("m4", "orders");
    }

    private FlotillaError hello(
            String group, String member, Subscription subscription, String assignor, int sessionTimeoutMs) {
        var decision = story.core()
                .hello(
                        new Hello(
                                group,
                                member,
                                0,
                                Optional.empty(),
                                Optional.empty(),
                                subscription,
                                assignor,
                                sessionTimeoutMs,
                                0,
                                List.of(),
                                new Hello.Peer(1, "", "")),
                        story.now());
        assertThat(decision.records()).isEmpty();
        assertThat(refusal(decision).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        return refusal(decision);
    }
}
