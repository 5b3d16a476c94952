package io.flotilla.broker.group;

import static io.flotilla.model.error.ErrorCode.INVALID_GROUP_ID;
import static io.flotilla.model.error.ErrorCode.INVALID_REGULAR_EXPRESSION;
import static io.flotilla.model.error.ErrorCode.INVALID_REQUEST;
import static io.flotilla.model.error.ErrorCode.INVALID_SESSION_TIMEOUT;
import static io.flotilla.model.error.ErrorCode.INVALID_TOPIC_EXCEPTION;
import static io.flotilla.model.error.ErrorCode.UNSUPPORTED_ASSIGNOR;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Collectors;

/** What inputs may hold, whatever the state of their group. Each check answers what is wrong. Stateless. */
final class Limits {
    private static final int GROUP_BYTES_MAX = 249;
    private static final int MEMBER_ID_BYTES_MAX = 64;
    private static final int NAME_BYTES_MAX = 249;
    private static final int SUBSCRIBED_TOPICS_MAX = 2_000;
    private static final int REGEX_BYTES_MAX = 1_024;

    private Limits() {}

    static Optional<FlotillaError> group(String group) {
        return length("the group's id", group, 1, GROUP_BYTES_MAX).map(defect -> error(INVALID_GROUP_ID, defect));
    }

    static Optional<FlotillaError> hello(Hello hello, Context context) {
        return group(hello.group())
                .or(() -> request(length("the member's id", hello.memberId(), 1, MEMBER_ID_BYTES_MAX)))
                .or(() -> request(
                        hello.instanceId().flatMap(instance -> length("the instance id", instance, 1, NAME_BYTES_MAX))))
                .or(() -> request(hello.rack().flatMap(rack -> length("the rack", rack, 1, NAME_BYTES_MAX))))
                .or(() -> request(length("the client id", hello.peer().clientId(), 0, NAME_BYTES_MAX)))
                .or(() -> request(negative("member epoch", hello.memberEpoch())))
                .or(() -> request(negative("rebalance timeout", hello.rebalanceTimeoutMs())))
                .or(() -> sessionTimeout(hello.sessionTimeoutMs(), context.settings()))
                .or(() -> assignor(hello.assignor(), context))
                .or(() -> subscription(hello.subscription()));
    }

    static Optional<FlotillaError> subscription(Subscription subscription) {
        if (subscription.topics().isEmpty() && subscription.regex().isEmpty()) {
            return Optional.of(
                    error(INVALID_REQUEST, "the subscription is empty; name topics or give a regular expression"));
        }
        if (subscription.topics().size() > SUBSCRIBED_TOPICS_MAX) {
            return Optional.of(error(
                    INVALID_REQUEST,
                    "the subscription names " + subscription.topics().size() + " topics; at most "
                            + SUBSCRIBED_TOPICS_MAX + " are allowed, a regular expression matches more"));
        }
        return subscription.topics().stream()
                .flatMap(topic -> TopicName.defect(topic).stream())
                .findFirst()
                .map(defect -> error(INVALID_TOPIC_EXCEPTION, defect))
                .or(() -> subscription.regex().flatMap(Limits::regex));
    }

    static Optional<FlotillaError> offsetCount(int count) {
        return count >= 1 && count <= GroupSettings.OFFSETS_PER_CALL_MAX
                ? Optional.empty()
                : Optional.of(error(
                        INVALID_REQUEST,
                        "the call holds " + count + " offsets; 1 to " + GroupSettings.OFFSETS_PER_CALL_MAX
                                + " are allowed"));
    }

    static FlotillaError error(ErrorCode code, String message) {
        return FlotillaError.notApplied(code, message);
    }

    /** Length in bytes of UTF-8. */
    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Optional<FlotillaError> regex(String regex) {
        int bytes = bytes(regex);
        return bytes > REGEX_BYTES_MAX
                ? Optional.of(error(
                        INVALID_REGULAR_EXPRESSION,
                        "the regular expression has " + bytes + " bytes; at most " + REGEX_BYTES_MAX + " are allowed"))
                : TopicPatterns.defect(regex).map(defect -> error(INVALID_REGULAR_EXPRESSION, defect));
    }

    private static Optional<FlotillaError> sessionTimeout(int ms, GroupSettings settings) {
        return ms == 0 || (ms >= settings.sessionTimeoutMsMin() && ms <= settings.sessionTimeoutMsMax())
                ? Optional.empty()
                : Optional.of(error(
                        INVALID_SESSION_TIMEOUT,
                        "the session timeout is " + ms + " ms; " + settings.sessionTimeoutMsMin() + " to "
                                + settings.sessionTimeoutMsMax() + " ms are allowed, 0 means "
                                + settings.sessionTimeoutMs() + " ms"));
    }

    private static Optional<FlotillaError> assignor(String name, Context context) {
        return name.isEmpty()
                        || context.assignors().stream()
                                .anyMatch(known -> known.name().equals(name))
                ? Optional.empty()
                : Optional.of(error(
                        UNSUPPORTED_ASSIGNOR,
                        "there is no assignor '" + name + "'; there are "
                                + context.assignors().stream()
                                        .map(Assignor::name)
                                        .collect(Collectors.joining(", "))));
    }

    private static Optional<FlotillaError> request(Optional<String> defect) {
        return defect.map(text -> error(INVALID_REQUEST, text));
    }

    private static Optional<String> negative(String what, int value) {
        return value < 0 ? Optional.of("the " + what + " is " + value + "; it must not be negative") : Optional.empty();
    }

    private static Optional<String> length(String what, String text, int bytesMin, int bytesMax) {
        int bytes = bytes(text);
        return bytes >= bytesMin && bytes <= bytesMax
                ? Optional.empty()
                : Optional.of(what + " has " + bytes + " bytes; " + bytesMin + " to " + bytesMax + " are allowed");
    }
}
