package io.flotilla.broker.fetcher;

import java.util.Optional;

/** Who this broker is and where leaders are, by the applied metadata. Safe for any thread. */
@FunctionalInterface
public interface ReplicaPeers {
    /** How to open a stream to the leader; empty while either end is not registered. */
    Optional<ReplicaStreamOpening> opening(int leaderId);
}
