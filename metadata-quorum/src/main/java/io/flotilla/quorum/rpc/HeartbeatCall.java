package io.flotilla.quorum.rpc;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.proto.internal.v1.HeartbeatResponse;

/** One heartbeat stream as the active controller sees it; called on its loop only. */
interface HeartbeatCall {
    void answer(HeartbeatResponse response);

    /** Says why, and closes the stream from this side. */
    void refuse(FlotillaError error);
}
