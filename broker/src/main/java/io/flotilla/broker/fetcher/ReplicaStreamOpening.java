package io.flotilla.broker.fetcher;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;

/**
 * Whom a replica stream joins: the run of a follower and the run of a leader, by the applied metadata. Another opening
 * means another stream.
 *
 * @param followerEpoch broker epoch of this broker's registration
 * @param leaderEndpoint the leader's internal listener
 * @param leaderEpoch broker epoch of the leader's registration
 */
public record ReplicaStreamOpening(
        String clusterId,
        int followerId,
        long followerEpoch,
        IncarnationId followerIncarnation,
        int leaderId,
        Endpoint leaderEndpoint,
        long leaderEpoch) {}
