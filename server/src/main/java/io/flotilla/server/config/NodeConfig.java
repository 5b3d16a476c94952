package io.flotilla.server.config;

import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one node is to do, checked as a whole.
 *
 * @param nodeId this node
 * @param clusterId the cluster that it belongs to
 * @param broker whether it holds partitions
 * @param controller whether it votes in the metadata quorum
 * @param settings every key with the value that holds
 * @param remarks settings that are legal and mean nothing to this node, one sentence each
 */
public record NodeConfig(
        int nodeId,
        String clusterId,
        boolean broker,
        boolean controller,
        Optional<String> rack,
        Listeners listeners,
        Quorum quorum,
        Storage storage,
        Replication replication,
        TopicDefaults topicDefaults,
        Balancing balancing,
        Groups groups,
        List<Setting> settings,
        List<String> remarks) {
    /** Name of the listener for the other voters, on a node that is not among those that found the quorum. */
    public static final String RAFT_LISTENER = "RAFT";

    private static final String METADATA_FOLDER = "__metadata";

    /**
     * Where the node listens, and what it tells others.
     *
     * @param bound by listener name
     * @param advertised by listener name, every bound listener included
     */
    public record Listeners(Map<String, Endpoint> bound, Map<String, Endpoint> advertised) {
        public Endpoint bound(String name) {
            return Optional.ofNullable(bound.get(name)).orElseThrow();
        }
    }

    /**
     * The metadata quorum.
     *
     * @param voters Raft endpoints by node id, of those that found the quorum; empty on one that joins it
     * @param controllers INTERNAL listeners of the controllers
     * @param electionTimeoutMs shortest silence after which a voter stands for election
     * @param metadataDir where this node keeps the quorum's log, if it votes
     * @param freeBytesMin with fewer bytes free there, nothing new is created
     */
    public record Quorum(
            Map<Integer, Endpoint> voters,
            List<Endpoint> controllers,
            int electionTimeoutMs,
            Path metadataDir,
            long freeBytesMin) {
        /** Raft endpoint of a voter; throws NoSuchElementException for a node that is none. */
        public Endpoint voter(int nodeId) {
            return Optional.ofNullable(voters.get(nodeId)).orElseThrow();
        }
    }

    /**
     * Where partition logs live, and how many threads own them.
     *
     * @param logs how they are cut into files, and how long records are kept
     * @param producerExpirationMs a producer that wrote this lately is not forgotten, milliseconds
     * @param recoveryThreads per directory, for recovery at a start and syncs at a stop
     * @param freeBytesMin with less free space, a directory takes no new records; 0 never minds
     */
    public record Storage(
            List<Path> logDirs,
            LogDefaults logs,
            int producerExpirationMs,
            int partitionLoops,
            int recoveryThreads,
            long freeBytesMin,
            Scrub scrub,
            CleanerConfig cleaner) {}

    /**
     * How the logs of each directory are read again.
     *
     * @param bytesPerSecond 0 for not at all
     * @param intervalMs between the end of one reading and the next
     */
    public record Scrub(int bytesPerSecond, int intervalMs) {}

    /** Timing of liveness and replication, milliseconds. */
    public record Replication(
            int replicaLagTimeMaxMs, int sessionTimeoutMs, int heartbeatIntervalMs, boolean controlledShutdown) {}

    /**
     * A key and its value.
     *
     * @param given whether the file or the environment sets it
     */
    public record Setting(String key, String value, boolean given) {}

    /** When the active controller gives leaderships back to preferred leaders. */
    public record Balancing(boolean enabled, int intervalSeconds, int imbalancePercentMax) {}

    /** What a topic gets that names nothing else; replicationFactor 0 means min(3, brokers). */
    public record TopicDefaults(int partitions, int replicationFactor, Map<String, String> configs) {}

    /**
     * Where this voter's Raft port listens: on all addresses when the INTERNAL listener does, since a host may know its
     * own name as a loopback address; else on the address under which the others know it.
     */
    public Endpoint raftListener() {
        Endpoint named = listeners.bound().get(RAFT_LISTENER);
        if (named != null) {
            return named;
        }
        Endpoint internal = listeners.bound(BrokerRegistration.INTERNAL_LISTENER);
        Endpoint voter = quorum.voter(nodeId);
        return internal.isWildcard() ? new Endpoint(internal.host(), voter.port()) : voter;
    }

    /** Whether it waits to be added to a quorum instead of founding one. */
    public boolean joinsQuorum() {
        return controller && quorum.voters().isEmpty();
    }

    /** Where the other voters reach the Raft port of this controller. */
    public Endpoint raftEndpoint() {
        return joinsQuorum()
                ? Optional.ofNullable(listeners.advertised().get(RAFT_LISTENER)).orElseThrow()
                : quorum.voter(nodeId);
    }

    /** Reads a node's configuration; throws ConfigException with everything that is wrong with it. */
    public static NodeConfig load(Path file, Map<String, String> environment) throws ConfigException {
        return of(file.toString(), ServerProperties.load(file, environment));
    }

    /** As {@link #load}, from properties that are already checked one by one. */
    public static NodeConfig of(String source, ServerProperties properties) throws ConfigException {
        List<String> problems = new ArrayList<>();
        int nodeId = properties.number(ServerKey.NODE_ID);
        Roles roles = Roles.of(properties);
        Map<Integer, Endpoint> voters = VoterList.parse(properties.text(ServerKey.CONTROLLER_QUORUM_VOTERS));
        problems.addAll(roles.defects(nodeId, voters.keySet(), properties));
        Listeners listeners = listeners(properties, roles, problems);
        raftListener(listeners, roles, voters.isEmpty(), problems);
        List<Path> logDirs =
                list(properties, ServerKey.LOG_DIRS).stream().map(Path::of).toList();
        if (logDirs.stream().distinct().count() < logDirs.size()) {
            problems.add("log.dirs=" + properties.text(ServerKey.LOG_DIRS) + ": a directory is there twice");
        }
        timing(properties, problems);
        Groups.check(properties, problems);
        if (!problems.isEmpty()) {
            throw new ConfigException(source, problems);
        }
        String rack = properties.text(ServerKey.BROKER_RACK);
        return new NodeConfig(
                nodeId,
                properties.text(ServerKey.CLUSTER_ID),
                roles.broker(),
                roles.controller(),
                rack.isBlank() ? Optional.empty() : Optional.of(rack),
                listeners,
                new Quorum(
                        voters,
                        EndpointList.parse(properties.text(ServerKey.CONTROLLER_QUORUM_BOOTSTRAP_SERVERS)),
                        properties.number(ServerKey.CONTROLLER_QUORUM_ELECTION_TIMEOUT_MS),
                        metadataDir(properties, logDirs),
                        properties.number(ServerKey.METADATA_LOG_FREE_BYTES_MIN)),
                new Storage(
                        logDirs,
                        LogDefaults.of(properties),
                        properties.number(ServerKey.PRODUCER_ID_EXPIRATION_MS),
                        loops(properties),
                        properties.number(ServerKey.NUM_RECOVERY_THREADS_PER_DATA_DIR),
                        properties.longNumber(ServerKey.LOG_FREE_BYTES_MIN),
                        new Scrub(
                                properties.number(ServerKey.LOG_SCRUB_BYTES_PER_SECOND),
                                properties.number(ServerKey.LOG_SCRUB_INTERVAL_MS)),
                        CleanerConfig.of(properties)),
                new Replication(
                        properties.number(ServerKey.REPLICA_LAG_TIME_MAX_MS),
                        properties.number(ServerKey.BROKER_SESSION_TIMEOUT_MS),
                        properties.number(ServerKey.BROKER_HEARTBEAT_INTERVAL_MS),
                        properties.flag(ServerKey.CONTROLLED_SHUTDOWN_ENABLE)),
                topicDefaults(properties),
                new Balancing(
                        properties.flag(ServerKey.AUTO_LEADER_REBALANCE_ENABLE),
                        properties.number(ServerKey.LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS),
                        properties.number(ServerKey.LEADER_IMBALANCE_PER_BROKER_PERCENTAGE)),
                Groups.of(properties),
                Arrays.stream(ServerKey.values())
                        .map(key -> new Setting(key.key(), properties.text(key), properties.isGiven(key)))
                        .toList(),
                roles.remarks(properties));
    }

    private static Path metadataDir(ServerProperties properties, List<Path> logDirs) {
        String given = properties.text(ServerKey.METADATA_LOG_DIR);
        return given.isBlank() ? logDirs.get(0).resolve(METADATA_FOLDER) : Path.of(given);
    }

    private static void timing(ServerProperties properties, List<String> problems) {
        int session = properties.number(ServerKey.BROKER_SESSION_TIMEOUT_MS);
        int heartbeat = properties.number(ServerKey.BROKER_HEARTBEAT_INTERVAL_MS);
        if (heartbeat * 2L > session) {
            problems.add("broker.heartbeat.interval.ms=" + heartbeat + " must be at most half of "
                    + "broker.session.timeout.ms=" + session + ", or a healthy broker could be fenced");
        }
    }

    private static Listeners listeners(ServerProperties properties, Roles roles, List<String> problems) {
        Map<String, Endpoint> bound = ListenerList.parse(properties.text(ServerKey.LISTENERS));
        Map<String, Endpoint> advertised = new TreeMap<>(bound);
        ListenerList.parse(properties.text(ServerKey.ADVERTISED_LISTENERS)).forEach((name, endpoint) -> {
            if (advertised.put(name, endpoint) == null) {
                problems.add("advertised.listeners names " + name + ", which listeners does not");
            }
        });
        if (!bound.containsKey(BrokerRegistration.INTERNAL_LISTENER)) {
            problems.add("listeners needs INTERNAL://host:port; brokers and controllers talk there");
        }
        if (roles.broker() && !bound.containsKey(BrokerRegistration.CLIENT_LISTENER)) {
            problems.add("listeners needs CLIENT://host:port on a broker; clients talk there");
        }
        if (!roles.broker()
                && properties.isGiven(ServerKey.LISTENERS)
                && bound.containsKey(BrokerRegistration.CLIENT_LISTENER)) {
            problems.add("listeners names CLIENT on a node that is only a controller, which serves no clients;"
                    + " leave CLIENT out");
        }
        advertised.forEach((name, endpoint) -> {
            if (endpoint.isWildcard()) {
                problems.add("others cannot connect to " + name + "://" + endpoint
                        + "; set advertised.listeners to a name that they can reach");
            }
        });
        return new Listeners(bound, advertised);
    }

    private static void raftListener(Listeners listeners, Roles roles, boolean joins, List<String> problems) {
        boolean named = listeners.bound().containsKey(RAFT_LISTENER);
        if (roles.controller() && joins && !named) {
            problems.add("listeners needs RAFT://host:port on a controller that joins a quorum (one without"
                    + " controller.quorum.voters); the other voters talk there");
        }
        if (!roles.controller() && named) {
            problems.add("listeners names RAFT on a node that is no controller; leave RAFT out");
        }
    }

    private static TopicDefaults topicDefaults(ServerProperties properties) {
        Durability durability = Durability.ofConfigValue(properties.text(ServerKey.LOG_DURABILITY))
                .orElseThrow();
        return new TopicDefaults(
                properties.number(ServerKey.NUM_PARTITIONS),
                properties.number(ServerKey.DEFAULT_REPLICATION_FACTOR),
                Map.of(
                        "durability", durability.configValue(),
                        "min.insync.replicas", properties.text(ServerKey.MIN_INSYNC_REPLICAS),
                        "max.message.bytes", properties.text(ServerKey.MESSAGE_MAX_BYTES),
                        "unclean.leader.election.enable", properties.text(ServerKey.UNCLEAN_LEADER_ELECTION_ENABLE)));
    }

    private static int loops(ServerProperties properties) {
        int loops = properties.number(ServerKey.NUM_PARTITION_LOOPS);
        return loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
    }

    private static List<String> list(ServerProperties properties, ServerKey key) {
        return Arrays.stream(properties.text(key).split(",", -1))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
