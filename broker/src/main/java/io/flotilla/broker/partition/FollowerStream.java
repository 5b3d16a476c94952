package io.flotilla.broker.partition;

/**
 * Whose stream a replica's question came on.
 *
 * @param brokerId the follower
 * @param brokerEpoch the registration that it opened the stream with
 * @param streamId tells apart the streams that this leader took; rises
 */
public record FollowerStream(int brokerId, long brokerEpoch, long streamId) {}
