package io.flotilla.broker.group;

import io.flotilla.model.error.FlotillaError;

/** What a member is to be told without having asked, on the connection that its hello came on. */
public sealed interface Push {
    /** The number that the shell gave with the hello. */
    long connection();

    /** What the member is to hold from now on. */
    record Assigned(long connection, Assignment assignment) implements Push {}

    /** The member is none any more, or has another stream; this one ends. */
    record Ended(long connection, FlotillaError error) implements Push {}
}
