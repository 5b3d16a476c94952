package io.flotilla.client.fake;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.Outcome;

/** What goes wrong with one produce request. */
public sealed interface Fault {
    /** Nothing goes wrong. */
    record Pass() implements Fault {}

    /** Refused with an error, before the append. */
    record Refuse(ErrorCode code) implements Fault {}

    /** Appended, then answered with an error of unknown outcome. */
    record AppendThenFail(ErrorCode code) implements Fault {
        Outcome outcome() {
            return Outcome.UNKNOWN;
        }
    }

    /** Not appended; the stream breaks. */
    record DropBefore() implements Fault {}

    /** Appended; the stream breaks instead of an answer. */
    record DropAfter() implements Fault {}

    /** Not appended; never answered. */
    record Swallow() implements Fault {}

    /** The partition moves to another broker first, so that the request meets a broker that leads no more. */
    record MoveLeader() implements Fault {}
}
