package io.flotilla.broker.group;

import io.flotilla.model.error.FlotillaError;
import java.util.List;

/**
 * What the groups make of one input. The records are part of the live state already: the shell appends them in order,
 * after those of earlier decisions. The answer and the pushes show this state, so they are given, in order, once the
 * records of this and of all earlier decisions are committed; also where this decision has none.
 *
 * @param records to append; none where nothing changes
 * @param answer for whoever asked
 * @param pushes for members, in order
 */
public record Decision<R>(List<GroupRecord> records, Answer<R> answer, List<Push> pushes) {
    public Decision {
        records = List.copyOf(records);
        pushes = List.copyOf(pushes);
    }

    /** An answer, or why there is none. */
    public sealed interface Answer<R> {}

    /** What was asked for. */
    public record Given<R>(R value) implements Answer<R> {}

    /** The whole input is refused; its outcome is NOT_APPLIED. A refused hello, heartbeat or leave ends its stream. */
    public record Refused<R>(FlotillaError error) implements Answer<R> {}

    /** The answer to inputs that ask for nothing. */
    public enum Nothing {
        NOTHING
    }
}
