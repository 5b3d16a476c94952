package io.flotilla.model.error;

/**
 * Where to go instead.
 *
 * @param brokerId the leader's id
 * @param endpoint its client listener as "host:port"; empty where unknown
 * @param leaderEpoch epoch of its leadership
 */
public record LeaderHint(int brokerId, String endpoint, int leaderEpoch) {}
