package io.flotilla.server.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What process.roles asks for, and what that asks of the other keys. The rules are Kafka's.
 *
 * @param broker holds partitions and serves clients
 * @param controller votes in the metadata quorum
 */
record Roles(boolean broker, boolean controller) {
    /** What only a broker looks at; topic defaults are not among them, the controller applies those. */
    private static final List<ServerKey> BROKER_KEYS = List.of(
            ServerKey.BROKER_RACK,
            ServerKey.LOG_SEGMENT_BYTES,
            ServerKey.LOG_ROLL_MS,
            ServerKey.LOG_ROLL_HOURS,
            ServerKey.LOG_RETENTION_MS,
            ServerKey.LOG_RETENTION_MINUTES,
            ServerKey.LOG_RETENTION_HOURS,
            ServerKey.LOG_RETENTION_BYTES,
            ServerKey.LOG_RETENTION_CHECK_INTERVAL_MS,
            ServerKey.LOG_SEGMENT_DELETE_DELAY_MS,
            ServerKey.LOG_FREE_BYTES_MIN,
            ServerKey.LOG_SCRUB_BYTES_PER_SECOND,
            ServerKey.LOG_SCRUB_INTERVAL_MS,
            ServerKey.PRODUCER_ID_EXPIRATION_MS,
            ServerKey.NUM_PARTITION_LOOPS,
            ServerKey.NUM_RECOVERY_THREADS_PER_DATA_DIR,
            ServerKey.REPLICA_LAG_TIME_MAX_MS,
            ServerKey.BROKER_HEARTBEAT_INTERVAL_MS,
            ServerKey.CONTROLLED_SHUTDOWN_ENABLE);

    private static final List<ServerKey> CONTROLLER_KEYS = List.of(
            ServerKey.METADATA_LOG_DIR,
            ServerKey.METADATA_LOG_FREE_BYTES_MIN,
            ServerKey.CONTROLLER_QUORUM_ELECTION_TIMEOUT_MS,
            ServerKey.AUTO_LEADER_REBALANCE_ENABLE,
            ServerKey.LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS,
            ServerKey.LEADER_IMBALANCE_PER_BROKER_PERCENTAGE);

    static Roles of(ServerProperties properties) {
        List<String> names = Arrays.stream(
                        properties.text(ServerKey.PROCESS_ROLES).split(",", -1))
                .map(String::trim)
                .toList();
        return new Roles(names.contains("broker"), names.contains("controller"));
    }

    /** What a node with these roles lacks, or must not have; one sentence each. */
    List<String> defects(int nodeId, Set<Integer> voters, ServerProperties properties) {
        List<String> defects = new ArrayList<>();
        boolean bootstrap =
                !properties.text(ServerKey.CONTROLLER_QUORUM_BOOTSTRAP_SERVERS).isBlank();
        if (controller && voters.isEmpty() && !bootstrap) {
            defects.add("controller.quorum.voters is not set: a controller must know the voters, itself included; one"
                    + " that is to join a quorum finds it by controller.quorum.bootstrap.servers");
        } else if (controller && !voters.isEmpty() && !voters.contains(nodeId)) {
            defects.add("node.id=" + nodeId + " has the role controller but is not among controller.quorum.voters "
                    + voters + "; add it, or leave the role out");
        } else if (!controller && voters.contains(nodeId)) {
            defects.add("node.id=" + nodeId + " is among controller.quorum.voters " + voters
                    + " but lacks the role controller; add the role, or give the broker a node.id of its own");
        }
        if (broker && !bootstrap) {
            defects.add("controller.quorum.bootstrap.servers is not set: a broker finds the controllers there");
        }
        boolean logDirs = !properties.text(ServerKey.LOG_DIRS).isBlank();
        if (broker && !logDirs) {
            defects.add("log.dirs is not set: a broker keeps partition logs there");
        } else if (!logDirs && properties.text(ServerKey.METADATA_LOG_DIR).isBlank()) {
            defects.add("neither metadata.log.dir nor log.dirs is set: a controller keeps the quorum's log there");
        }
        return defects;
    }

    /** What is set without effect: legal, so that nodes can share a file, but worth saying. */
    List<String> remarks(ServerProperties properties) {
        List<String> remarks = new ArrayList<>(withoutEffect(properties));
        boolean several = properties.text(ServerKey.CONTROLLER_QUORUM_VOTERS).contains(",");
        if (controller
                && several
                && properties
                        .text(ServerKey.CONTROLLER_QUORUM_BOOTSTRAP_SERVERS)
                        .isBlank()) {
            remarks.add("controller.quorum.bootstrap.servers is not set: if this controller loses its disk it cannot"
                    + " ask the others whether it has voted before");
        }
        return remarks;
    }

    private List<String> withoutEffect(ServerProperties properties) {
        String role = broker ? "broker" : "controller";
        return broker && controller
                ? List.of()
                : (broker ? CONTROLLER_KEYS : BROKER_KEYS)
                        .stream()
                                .filter(properties::isGiven)
                                .map(key -> key.key() + " has no effect on a node that is only a " + role)
                                .toList();
    }
}
