package io.flotilla.server.config;

import java.util.List;

/**
 * How this node coordinates consumer groups, where groups leave it open.
 *
 * @param initialRebalanceDelayMs how long a group that was empty waits for more members
 * @param membersMax of one group
 */
public record Groups(Offsets offsets, Sessions sessions, int initialRebalanceDelayMs, int membersMax) {
    /**
     * How committed offsets are kept.
     *
     * @param partitions of the topic that keeps them, when it is made
     * @param replicationFactor of the topic, likewise; 0 means min(3, brokers)
     * @param retentionMinutes for a group without members
     * @param retentionCheckIntervalMs how often that is looked at
     * @param metadataBytesMax longest text of a commit, bytes of UTF-8
     */
    public record Offsets(
            int partitions,
            int replicationFactor,
            int retentionMinutes,
            int retentionCheckIntervalMs,
            int metadataBytesMax) {}

    /** When a silent member is one no more, and how often members speak, milliseconds. */
    public record Sessions(int timeoutMs, int timeoutMsMin, int timeoutMsMax, int heartbeatMs) {}

    static Groups of(ServerProperties properties) {
        return new Groups(
                new Offsets(
                        properties.number(ServerKey.OFFSETS_TOPIC_NUM_PARTITIONS),
                        properties.number(ServerKey.OFFSETS_TOPIC_REPLICATION_FACTOR),
                        properties.number(ServerKey.OFFSETS_RETENTION_MINUTES),
                        properties.number(ServerKey.OFFSETS_RETENTION_CHECK_INTERVAL_MS),
                        properties.number(ServerKey.OFFSET_METADATA_MAX_BYTES)),
                new Sessions(
                        properties.number(ServerKey.GROUP_CONSUMER_SESSION_TIMEOUT_MS),
                        properties.number(ServerKey.GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS),
                        properties.number(ServerKey.GROUP_CONSUMER_MAX_SESSION_TIMEOUT_MS),
                        properties.number(ServerKey.GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS)),
                properties.number(ServerKey.GROUP_INITIAL_REBALANCE_DELAY_MS),
                properties.number(ServerKey.GROUP_CONSUMER_MAX_SIZE));
    }

    /** What does not fit together, in words for people. */
    static void check(ServerProperties properties, List<String> problems) {
        Sessions sessions = of(properties).sessions();
        if (sessions.timeoutMs() < sessions.timeoutMsMin() || sessions.timeoutMs() > sessions.timeoutMsMax()) {
            problems.add("group.consumer.session.timeout.ms=" + sessions.timeoutMs()
                    + " must lie between group.consumer.min.session.timeout.ms=" + sessions.timeoutMsMin()
                    + " and group.consumer.max.session.timeout.ms=" + sessions.timeoutMsMax());
        }
        if (sessions.heartbeatMs() * 2L > sessions.timeoutMs()) {
            problems.add("group.consumer.heartbeat.interval.ms=" + sessions.heartbeatMs()
                    + " must be at most half of group.consumer.session.timeout.ms=" + sessions.timeoutMs()
                    + ", or a healthy member could be removed");
        }
    }
}
