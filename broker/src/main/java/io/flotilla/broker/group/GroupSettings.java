package io.flotilla.broker.group;

/**
 * The limits and times of consumer groups. Names in parentheses are those of server.properties.
 *
 * @param sessionTimeoutMs for members that name none, milliseconds (group.consumer.session.timeout.ms)
 * @param sessionTimeoutMsMin shortest that a member may ask for (group.consumer.min.session.timeout.ms)
 * @param sessionTimeoutMsMax longest (group.consumer.max.session.timeout.ms)
 * @param heartbeatIntervalMs told to members, milliseconds (group.consumer.heartbeat.interval.ms)
 * @param initialRebalanceDelayMs how long a group that was empty waits for more members before it shares partitions
 *     out, milliseconds, from 0 (group.initial.rebalance.delay.ms)
 * @param membersMax members of one group, 1 or more (group.consumer.max.size)
 * @param offsetMetadataBytesMax metadata of one committed offset, bytes (offset.metadata.max.bytes)
 * @param offsetsRetentionMs how long the offsets of a group without members are kept, milliseconds
 *     (offsets.retention.minutes)
 * @param offsetsRetentionCheckIntervalMs how often that is looked at, milliseconds
 *     (offsets.retention.check.interval.ms)
 */
public record GroupSettings(
        int sessionTimeoutMs,
        int sessionTimeoutMsMin,
        int sessionTimeoutMsMax,
        int heartbeatIntervalMs,
        int initialRebalanceDelayMs,
        int membersMax,
        int offsetMetadataBytesMax,
        long offsetsRetentionMs,
        long offsetsRetentionCheckIntervalMs) {
    /** How long a member whose stream broke may take to come back, milliseconds. */
    public static final int RETURN_GRACE_MS = 2_000;
    /** How long a member may take to give partitions up, unless it names another time, milliseconds. */
    public static final int REBALANCE_TIMEOUT_MS = 300_000;
    /** Records after which a tick leaves the rest to the next one; it may make more for one group. */
    static final int RECORDS_PER_TICK_MAX = 10_000;
    /** Offsets in one commit or reset. */
    public static final int OFFSETS_PER_CALL_MAX = 10_000;

    public GroupSettings {
        require(sessionTimeoutMsMin > 0 && sessionTimeoutMsMin <= sessionTimeoutMsMax, "session timeout range");
        require(
                sessionTimeoutMs >= sessionTimeoutMsMin && sessionTimeoutMs <= sessionTimeoutMsMax,
                "session timeout outside its range");
        require(heartbeatIntervalMs > 0 && heartbeatIntervalMs < sessionTimeoutMs, "heartbeat interval");
        require(initialRebalanceDelayMs >= 0, "initial rebalance delay");
        require(membersMax > 0, "members");
        require(offsetMetadataBytesMax >= 0, "offset metadata");
        require(offsetsRetentionMs > 0 && offsetsRetentionCheckIntervalMs > 0, "offsets retention");
    }

    /**
     * The defaults. They are Kafka's, but for the session timeout (10 s; Kafka 45 s: a broken stream is evidence
     * enough) and its range (6 to 60 s; Kafka 45 to 60 s), the heartbeat interval (3 s; Kafka 5 s), the initial
     * rebalance delay (0.2 s; Kafka 3 s), and the members of a group (1,000; Kafka any number).
     */
    public static GroupSettings defaults() {
        return new GroupSettings(10_000, 6_000, 60_000, 3_000, 200, 1_000, 4_096, 7L * 24 * 3_600_000, 600_000);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("impossible settings of groups: " + what);
        }
    }
}
