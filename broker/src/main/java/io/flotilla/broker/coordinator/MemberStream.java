package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.Assignment;
import io.flotilla.model.error.FlotillaError;

/**
 * A member's end of its stream, as its coordinator sees it. Called on the shard's loop, or on the caller's thread when
 * the loop takes no more work; must not block, so whoever reads slowly has its stream ended by the implementation.
 */
public interface MemberStream {
    /** The hello is accepted: what the member is to hold so far. */
    void welcome(Assignment assignment);

    /** What the member is to hold from now on. */
    void assign(Assignment assignment);

    /** A heartbeat was taken. */
    void heard(int memberEpoch);

    /** The member has left; nothing more comes. */
    void left();

    /** The stream ends: the member is none, or its coordinator is another; nothing more comes. */
    void end(FlotillaError error);
}
