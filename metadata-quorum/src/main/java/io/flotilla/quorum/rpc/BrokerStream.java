package io.flotilla.quorum.rpc;

import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;

/** A broker's open heartbeat stream: what it last said, and what it was last told. Owned by the controller's loop. */
final class BrokerStream {
    final HeartbeatCall call;
    HeartbeatRequest last;
    HeartbeatResponse told = HeartbeatResponse.getDefaultInstance();
    /** Whether what the broker last said is too old to act on: it was fenced since. */
    boolean outdated;
    /** First revision at which the broker, shutting down, was seen to lead nothing; -1 before. */
    long leadsNothingSince = -1;

    BrokerStream(HeartbeatCall call, HeartbeatRequest first) {
        this.call = call;
        this.last = first;
    }

    int brokerId() {
        return last.getBrokerId();
    }

    long brokerEpoch() {
        return last.getBrokerEpoch();
    }
}
