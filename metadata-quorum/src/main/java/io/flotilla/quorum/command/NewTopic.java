package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.id.TopicName;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicConfigKey;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AssignedReplicas;
import io.flotilla.proto.internal.v1.TopicDefaults;
import io.flotilla.proto.internal.v1.TopicToCreate;
import io.flotilla.quorum.placement.ReplicaPlacement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** One topic that someone wants: what is wrong with the wish, and what it comes to with the defaults filled in. */
final class NewTopic {
    /** Most partitions that a topic can have. */
    static final int PARTITIONS_MAX = 10_000;

    /** Most partitions that one request can create; keeps a revision and its answer to a few megabytes. */
    static final int PARTITIONS_AT_ONCE_MAX = 20_000;

    private static final int DEFAULT_REPLICATION_FACTOR_MAX = 3;

    private final MetadataImage image;
    private final TopicToCreate wish;
    private final TopicDefaults defaults;

    NewTopic(MetadataImage image, TopicToCreate wish, TopicDefaults defaults) {
        this.image = image;
        this.wish = wish;
        this.defaults = defaults;
    }

    static FlotillaError tooMuchAtOnce() {
        return error(
                ErrorCode.INVALID_PARTITIONS,
                "one request can create at most " + PARTITIONS_AT_ONCE_MAX + " partitions; create the rest in another");
    }

    static FlotillaError namedTwice(String name) {
        return error(ErrorCode.INVALID_REQUEST, "the request names topic '" + name + "' twice");
    }

    String name() {
        return wish.getName();
    }

    TopicId id() {
        return Ids.topic(wish.getId());
    }

    /** Why the topic cannot be created; empty when it can. */
    Optional<FlotillaError> defect() {
        Optional<String> badName = TopicName.defect(name());
        if (badName.isPresent()) {
            return refused(ErrorCode.INVALID_TOPIC_EXCEPTION, badName.get());
        }
        if (image.topics().named(name()).isPresent()) {
            return refused(ErrorCode.TOPIC_ALREADY_EXISTS, "topic '" + name() + "' already exists");
        }
        if (image.topics().withId(id()).isPresent()) {
            return refused(ErrorCode.INVALID_REQUEST, "topic id " + id() + " is taken");
        }
        for (Map.Entry<String, String> config : configs().entrySet()) {
            Optional<String> badConfig = TopicConfigKey.defect(config.getKey(), config.getValue());
            if (badConfig.isPresent()) {
                return refused(ErrorCode.INVALID_CONFIG, badConfig.get());
            }
        }
        return wish.getAssignmentsCount() > 0 ? defectOfAssignments() : defectOfCounts();
    }

    /** The configs that the topic is created with; durability and min.insync.replicas are always written down. */
    SortedMap<String, String> configs() {
        SortedMap<String, String> configs = new TreeMap<>();
        for (TopicConfigKey key : List.of(TopicConfigKey.DURABILITY, TopicConfigKey.MIN_INSYNC_REPLICAS)) {
            configs.put(key.key(), key.defaultValue());
        }
        configs.putAll(defaults.getConfigsMap());
        configs.putAll(wish.getConfigsMap());
        return configs;
    }

    /** Replicas by partition, in order of preference; only for a topic without defect. */
    List<List<Integer>> assignments(long seed) {
        return wish.getAssignmentsCount() > 0
                ? wish.getAssignmentsList().stream()
                        .sorted((a, b) -> Integer.compare(a.getPartition(), b.getPartition()))
                        .map(AssignedReplicas::getBrokerIdsList)
                        .toList()
                : ReplicaPlacement.place(image.placeable(), partitions(), replicationFactor(), seed);
    }

    /** How many partitions the topic gets. */
    int partitionCount() {
        return wish.getAssignmentsCount() > 0 ? wish.getAssignmentsCount() : partitions();
    }

    private int partitions() {
        return wish.getPartitions() != 0 ? wish.getPartitions() : Math.max(1, defaults.getPartitions());
    }

    private int replicationFactor() {
        if (wish.getReplicationFactor() != 0) {
            return wish.getReplicationFactor();
        }
        return defaults.getReplicationFactor() != 0
                ? defaults.getReplicationFactor()
                : Math.min(DEFAULT_REPLICATION_FACTOR_MAX, image.brokers().all().size());
    }

    private Optional<FlotillaError> defectOfCounts() {
        if (partitions() < 1 || partitions() > PARTITIONS_MAX) {
            return refused(
                    ErrorCode.INVALID_PARTITIONS,
                    "topic '" + name() + "' cannot have " + partitions() + " partitions; 1 to " + PARTITIONS_MAX
                            + " are allowed");
        }
        int eligible = image.placeable().size();
        if (replicationFactor() < 0 || (replicationFactor() == 0 && eligible > 0)) {
            return refused(
                    ErrorCode.INVALID_REPLICATION_FACTOR, "replication factor " + replicationFactor() + " is below 1");
        }
        if (eligible == 0 || replicationFactor() > eligible) {
            return refused(
                    ErrorCode.INVALID_REPLICATION_FACTOR,
                    "replication factor " + replicationFactor()
                            + " is larger than the number of brokers in service that are not cordoned, "
                            + eligible + " of " + image.brokers().all().size()
                            + " registered; start more brokers or ask for fewer replicas");
        }
        return Optional.empty();
    }

    private Optional<FlotillaError> defectOfAssignments() {
        if (wish.getPartitions() != 0 || wish.getReplicationFactor() != 0) {
            return refused(
                    ErrorCode.INVALID_REQUEST,
                    "topic '" + name() + "' has replica assignments; leave out partitions and replication factor");
        }
        int count = wish.getAssignmentsCount();
        if (count > PARTITIONS_MAX) {
            return refused(
                    ErrorCode.INVALID_PARTITIONS,
                    "topic '" + name() + "' cannot have " + count + " partitions; at most " + PARTITIONS_MAX
                            + " are allowed");
        }
        TreeSet<Integer> seen = new TreeSet<>();
        for (AssignedReplicas assigned : wish.getAssignmentsList()) {
            int partition = assigned.getPartition();
            if (partition < 0 || partition >= count || !seen.add(partition)) {
                return refused(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "assignments of topic '" + name() + "' must name the partitions 0 to " + (count - 1)
                                + " once each; partition " + partition + " does not fit");
            }
            Optional<String> defect = defectOfReplicas(assigned.getBrokerIdsList());
            if (defect.isPresent()) {
                return refused(
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "partition " + partition + " of topic '" + name() + "': " + defect.get());
            }
        }
        return Optional.empty();
    }

    private Optional<String> defectOfReplicas(List<Integer> replicas) {
        int expected = wish.getAssignments(0).getBrokerIdsCount();
        return replicas.size() != expected
                ? Optional.of("has " + replicas.size() + " replicas; every partition must have the same number, from 1")
                : Assignments.defectOfNew(image, replicas);
    }

    private static Optional<FlotillaError> refused(ErrorCode code, String message) {
        return Optional.of(error(code, message));
    }

    private static FlotillaError error(ErrorCode code, String message) {
        return FlotillaError.notApplied(code, message);
    }
}
