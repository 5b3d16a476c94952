package io.flotilla.server.config;

import io.flotilla.model.image.Durability;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every key of server.properties with its default, its check, and one line of documentation. */
public enum ServerKey {
    PROCESS_ROLES(
            "process.roles", "broker,controller", ValueCheck.listOf("broker", "controller"), "what this node does"),
    NODE_ID("node.id", null, ValueCheck.between(0, Integer.MAX_VALUE), "number of this node, unique in the cluster"),
    CLUSTER_ID(
            "cluster.id",
            null,
            ValueCheck.pattern("[A-Za-z0-9_-]{1,64}"),
            "identity of the cluster, the same on every node"),
    BROKER_RACK("broker.rack", "", ValueCheck.any(), "failure domain; replicas are spread over racks"),
    LISTENERS(
            "listeners",
            "CLIENT://127.0.0.1:9092,INTERNAL://127.0.0.1:9093",
            ListenerList::defect,
            "where to listen: NAME://host:port, names CLIENT, INTERNAL, and RAFT on a controller that joins a quorum"),
    ADVERTISED_LISTENERS(
            "advertised.listeners",
            "",
            ListenerList::defect,
            "what others connect to; by default the listeners themselves"),
    CONTROLLER_QUORUM_VOTERS(
            "controller.quorum.voters",
            "",
            VoterList::defect,
            "the Raft voters that found the quorum: id@host:port,... (port 9094 by custom); a controller that"
                    + " has none waits to be added"),
    CONTROLLER_QUORUM_BOOTSTRAP_SERVERS(
            "controller.quorum.bootstrap.servers",
            "",
            EndpointList::defect,
            "INTERNAL listeners of the controllers: host:port,...; every broker and joining controller needs them"),
    CONTROLLER_QUORUM_ELECTION_TIMEOUT_MS(
            "controller.quorum.election.timeout.ms",
            "500",
            ValueCheck.between(100, 60_000),
            "a voter that hears no leader for this long, up to twice this, stands for election"),
    METADATA_LOG_DIR(
            "metadata.log.dir",
            "",
            ValueCheck.any(),
            "where the quorum keeps its log; by default the first of log.dirs"),
    METADATA_LOG_FREE_BYTES_MIN(
            "metadata.log.free.bytes.min",
            "268435456",
            ValueCheck.between(0, Integer.MAX_VALUE),
            "with less free space in metadata.log.dir nothing new is created; 0 never minds"),
    LOG_DIRS(
            "log.dirs",
            "",
            ValueCheck.notBlank(),
            "directories for partition logs, separated by commas; every broker needs one"),
    NUM_PARTITIONS("num.partitions", "1", ValueCheck.between(1, 100_000), "partitions of a topic that names no number"),
    DEFAULT_REPLICATION_FACTOR(
            "default.replication.factor",
            "0",
            ValueCheck.between(0, Short.MAX_VALUE),
            "replicas of a topic that names no number; 0 means min(3, brokers)"),
    MIN_INSYNC_REPLICAS(
            "min.insync.replicas",
            "2",
            ValueCheck.between(1, Short.MAX_VALUE),
            "acks=all needs this many in-sync replicas; capped by the replication factor"),
    LOG_DURABILITY(
            "log.durability",
            Durability.SYNCED.configValue(),
            ValueCheck.oneOf("synced", "replicated"),
            "durability of topics that name none"),
    LOG_SEGMENT_BYTES("log.segment.bytes", "134217728", ValueCheck.between(1 << 20, 1 << 30), "size of a segment file"),
    LOG_ROLL_MS(
            "log.roll.ms",
            "",
            ValueCheck.between(1, Long.MAX_VALUE),
            "a segment file is closed once its records span this much time; by default log.roll.hours"),
    LOG_ROLL_HOURS("log.roll.hours", "168", ValueCheck.between(1, Integer.MAX_VALUE), "the same in hours"),
    LOG_RETENTION_MS(
            "log.retention.ms",
            "",
            ValueCheck.positiveOrUnlimited(Long.MAX_VALUE),
            "how long records are kept, -1 for ever; by default log.retention.minutes"),
    LOG_RETENTION_MINUTES(
            "log.retention.minutes",
            "",
            ValueCheck.positiveOrUnlimited(Integer.MAX_VALUE),
            "the same in minutes; by default log.retention.hours"),
    LOG_RETENTION_HOURS(
            "log.retention.hours", "168", ValueCheck.positiveOrUnlimited(Integer.MAX_VALUE), "the same in hours"),
    LOG_RETENTION_BYTES(
            "log.retention.bytes",
            "-1",
            ValueCheck.between(-1, Long.MAX_VALUE),
            "bytes of a partition beyond which its oldest segment files go; -1 for no limit"),
    LOG_RETENTION_CHECK_INTERVAL_MS(
            "log.retention.check.interval.ms",
            "300000",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "how often a leader looks for records that are kept no longer"),
    LOG_SEGMENT_DELETE_DELAY_MS(
            "log.segment.delete.delay.ms",
            "60000",
            ValueCheck.between(0, Integer.MAX_VALUE),
            "how long a segment file that was given up stays on the disk, named .deleted"),
    LOG_FREE_BYTES_MIN(
            "log.free.bytes.min",
            "536870912",
            ValueCheck.between(0, 1L << 50),
            "with less free space a directory of log.dirs takes no new records, reads go on; 0 never minds"),
    LOG_CLEANUP_POLICY(
            "log.cleanup.policy",
            "delete",
            ValueCheck.listOf("delete", "compact"),
            "whether old records go by age and size, or those whose key has a later one, or both"),
    LOG_CLEANER_THREADS(
            "log.cleaner.threads", "1", ValueCheck.between(1, 64), "threads that compact logs, a log each at a time"),
    LOG_CLEANER_IO_MAX_BYTES_PER_SECOND(
            "log.cleaner.io.max.bytes.per.second",
            "1.7976931348623157E308",
            ValueCheck.betweenReal(1, Double.MAX_VALUE),
            "how fast all of them together read and write"),
    LOG_CLEANER_DEDUPE_BUFFER_SIZE(
            "log.cleaner.dedupe.buffer.size",
            "134217728",
            ValueCheck.between(1 << 20, Long.MAX_VALUE),
            "memory for keys of all of them together, 27 bytes a key, taken while they compact; a log with more new"
                    + " keys is compacted in several rounds"),
    LOG_CLEANER_BACKOFF_MS(
            "log.cleaner.backoff.ms",
            "15000",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "how long they rest when no log needs them"),
    LOG_CLEANER_MIN_CLEANABLE_RATIO(
            "log.cleaner.min.cleanable.ratio",
            "0.5",
            ValueCheck.betweenReal(0, 1),
            "share of new bytes from which on a log is compacted"),
    LOG_CLEANER_MIN_COMPACTION_LAG_MS(
            "log.cleaner.min.compaction.lag.ms",
            "0",
            ValueCheck.between(0, Long.MAX_VALUE),
            "how long a record stays at least, whatever comes after it"),
    LOG_CLEANER_MAX_COMPACTION_LAG_MS(
            "log.cleaner.max.compaction.lag.ms",
            "9223372036854775807",
            ValueCheck.between(1, Long.MAX_VALUE),
            "after how long a log is compacted however few bytes are new"),
    LOG_CLEANER_DELETE_RETENTION_MS(
            "log.cleaner.delete.retention.ms",
            "86400000",
            ValueCheck.between(0, Long.MAX_VALUE),
            "how long a tombstone stays after the compaction that removed what it deletes"),
    LOG_SCRUB_BYTES_PER_SECOND(
            "log.scrub.bytes.per.second",
            "1048576",
            ValueCheck.between(0, Integer.MAX_VALUE),
            "how fast the logs of each directory are read again to find damage; 0 leaves that out"),
    LOG_SCRUB_INTERVAL_MS(
            "log.scrub.interval.ms",
            "86400000",
            ValueCheck.between(100, Integer.MAX_VALUE),
            "pause between two such readings of a directory; the first begins a minute after the start at the latest"),
    PRODUCER_ID_EXPIRATION_MS(
            "producer.id.expiration.ms",
            "600000",
            ValueCheck.between(1_000, Integer.MAX_VALUE),
            "how long an idle producer's batches are recognised for certain; longer than every delivery.timeout.ms"),
    MESSAGE_MAX_BYTES("message.max.bytes", "1048576", ValueCheck.between(1024, 16 << 20), "largest batch accepted"),
    UNCLEAN_LEADER_ELECTION_ENABLE(
            "unclean.leader.election.enable",
            "false",
            ValueCheck.oneOf("true", "false"),
            "prefer availability over committed records"),
    NUM_PARTITION_LOOPS(
            "num.partition.loops",
            "0",
            ValueCheck.between(0, 1024),
            "threads that own partitions; 0 means one per core"),
    NUM_RECOVERY_THREADS_PER_DATA_DIR(
            "num.recovery.threads.per.data.dir",
            "2",
            ValueCheck.between(1, 1024),
            "threads per directory that recover logs at a start and sync them at a stop"),
    REPLICA_LAG_TIME_MAX_MS(
            "replica.lag.time.max.ms",
            "3000",
            ValueCheck.between(250, 600_000),
            "a follower later than this leaves the ISR"),
    BROKER_SESSION_TIMEOUT_MS(
            "broker.session.timeout.ms",
            "3000",
            ValueCheck.between(500, 600_000),
            "a broker silent for this long is fenced"),
    BROKER_HEARTBEAT_INTERVAL_MS(
            "broker.heartbeat.interval.ms", "500", ValueCheck.between(50, 60_000), "how often a broker reports"),
    AUTO_LEADER_REBALANCE_ENABLE(
            "auto.leader.rebalance.enable",
            "true",
            ValueCheck.oneOf("true", "false"),
            "give leaderships back to preferred leaders that are in sync again"),
    LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS(
            "leader.imbalance.check.interval.seconds",
            "300",
            ValueCheck.between(1, 86_400),
            "how often the active controller looks whether preferred leaders lead"),
    LEADER_IMBALANCE_PER_BROKER_PERCENTAGE(
            "leader.imbalance.per.broker.percentage",
            "10",
            ValueCheck.between(0, 100),
            "of the partitions that a broker should lead, so many percent may be led by others"),
    OFFSETS_TOPIC_NUM_PARTITIONS(
            "offsets.topic.num.partitions",
            "50",
            ValueCheck.between(1, 10_000),
            "partitions of __consumer_offsets, which coordinators share; fixed once the topic is there"),
    OFFSETS_TOPIC_REPLICATION_FACTOR(
            "offsets.topic.replication.factor",
            "0",
            ValueCheck.between(0, Short.MAX_VALUE),
            "replicas of __consumer_offsets when it is made; 0 means min(3, brokers)"),
    OFFSETS_RETENTION_MINUTES(
            "offsets.retention.minutes",
            "10080",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "committed offsets of a group without members are kept for so long"),
    OFFSETS_RETENTION_CHECK_INTERVAL_MS(
            "offsets.retention.check.interval.ms",
            "600000",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "how often coordinators look for offsets that are kept no longer"),
    OFFSET_METADATA_MAX_BYTES(
            "offset.metadata.max.bytes",
            "4096",
            ValueCheck.between(0, 65_536),
            "longest text that a commit may carry along with an offset"),
    GROUP_INITIAL_REBALANCE_DELAY_MS(
            "group.initial.rebalance.delay.ms",
            "200",
            ValueCheck.between(0, 60_000),
            "how long an empty group waits for more members before it gives partitions to the first ones"),
    GROUP_CONSUMER_SESSION_TIMEOUT_MS(
            "group.consumer.session.timeout.ms",
            "10000",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "a silent member is removed after so long, unless it asks for another time"),
    GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS(
            "group.consumer.min.session.timeout.ms",
            "6000",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "shortest session timeout that a member may ask for"),
    GROUP_CONSUMER_MAX_SESSION_TIMEOUT_MS(
            "group.consumer.max.session.timeout.ms",
            "60000",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "longest session timeout that a member may ask for"),
    GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS(
            "group.consumer.heartbeat.interval.ms",
            "3000",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "how often members are told to say that they are alive"),
    GROUP_CONSUMER_MAX_SIZE(
            "group.consumer.max.size",
            "2147483647",
            ValueCheck.between(1, Integer.MAX_VALUE),
            "most members of one group"),
    CONTROLLED_SHUTDOWN_ENABLE(
            "controlled.shutdown.enable",
            "true",
            ValueCheck.oneOf("true", "false"),
            "hand leaderships over before stopping");

    private final String key;
    private final @Nullable String defaultValue;
    private final ValueCheck check;
    private final String documentation;

    ServerKey(String key, @Nullable String defaultValue, ValueCheck check, String documentation) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.check = check;
        this.documentation = documentation;
    }

    public String key() {
        return key;
    }

    /** The default; empty for a key that must be set. */
    public Optional<String> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    public String documentation() {
        return documentation;
    }

    /** The environment variable that overrides the key: {@code FLOTILLA_LOG_DIRS} for {@code log.dirs}. */
    public String environmentVariable() {
        return "FLOTILLA_" + name();
    }

    Optional<String> defect(String value) {
        return check.defect(value);
    }

    static Optional<ServerKey> named(String key) {
        return Arrays.stream(values()).filter(k -> k.key.equals(key)).findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(ServerKey::key).toList();
    }
}
