package io.flotilla.model.error;

import static io.flotilla.model.error.ErrorKind.ALREADY_EXISTS;
import static io.flotilla.model.error.ErrorKind.FAILED_PRECONDITION;
import static io.flotilla.model.error.ErrorKind.INTERNAL;
import static io.flotilla.model.error.ErrorKind.INVALID_ARGUMENT;
import static io.flotilla.model.error.ErrorKind.NOT_FOUND;
import static io.flotilla.model.error.ErrorKind.OUT_OF_RANGE;
import static io.flotilla.model.error.ErrorKind.PERMISSION_DENIED;
import static io.flotilla.model.error.ErrorKind.RESOURCE_EXHAUSTED;
import static io.flotilla.model.error.ErrorKind.UNAVAILABLE;

import java.util.Map;
import java.util.TreeMap;

/**
 * What can go wrong, by Kafka's names and numbers; numbers from 10001 are Flotilla's own.
 *
 * <p>Source: org.apache.kafka.common.protocol.Errors, which a test compares this with.
 */
public enum ErrorCode {
    UNKNOWN_SERVER_ERROR(-1, INTERNAL, false),
    OFFSET_OUT_OF_RANGE(1, OUT_OF_RANGE, false),
    CORRUPT_MESSAGE(2, INVALID_ARGUMENT, false),
    UNKNOWN_TOPIC_OR_PARTITION(3, NOT_FOUND, true),
    LEADER_NOT_AVAILABLE(5, UNAVAILABLE, true),
    NOT_LEADER_OR_FOLLOWER(6, UNAVAILABLE, true),
    REQUEST_TIMED_OUT(7, UNAVAILABLE, true),
    MESSAGE_TOO_LARGE(10, INVALID_ARGUMENT, false),
    OFFSET_METADATA_TOO_LARGE(12, INVALID_ARGUMENT, false),
    COORDINATOR_LOAD_IN_PROGRESS(14, UNAVAILABLE, true),
    COORDINATOR_NOT_AVAILABLE(15, UNAVAILABLE, true),
    NOT_COORDINATOR(16, UNAVAILABLE, true),
    INVALID_TOPIC_EXCEPTION(17, INVALID_ARGUMENT, false),
    NOT_ENOUGH_REPLICAS(19, UNAVAILABLE, true),
    NOT_ENOUGH_REPLICAS_AFTER_APPEND(20, UNAVAILABLE, true),
    INVALID_REQUIRED_ACKS(21, INVALID_ARGUMENT, false),
    INVALID_GROUP_ID(24, INVALID_ARGUMENT, false),
    UNKNOWN_MEMBER_ID(25, FAILED_PRECONDITION, false),
    INVALID_SESSION_TIMEOUT(26, INVALID_ARGUMENT, false),
    TOPIC_AUTHORIZATION_FAILED(29, PERMISSION_DENIED, false),
    GROUP_AUTHORIZATION_FAILED(30, PERMISSION_DENIED, false),
    CLUSTER_AUTHORIZATION_FAILED(31, PERMISSION_DENIED, false),
    UNSUPPORTED_VERSION(35, FAILED_PRECONDITION, false),
    TOPIC_ALREADY_EXISTS(36, ALREADY_EXISTS, false),
    INVALID_PARTITIONS(37, INVALID_ARGUMENT, false),
    INVALID_REPLICATION_FACTOR(38, INVALID_ARGUMENT, false),
    INVALID_REPLICA_ASSIGNMENT(39, INVALID_ARGUMENT, false),
    INVALID_CONFIG(40, INVALID_ARGUMENT, false),
    NOT_CONTROLLER(41, UNAVAILABLE, true),
    INVALID_REQUEST(42, INVALID_ARGUMENT, false),
    POLICY_VIOLATION(44, FAILED_PRECONDITION, false),
    OUT_OF_ORDER_SEQUENCE_NUMBER(45, FAILED_PRECONDITION, false),
    INVALID_PRODUCER_EPOCH(47, FAILED_PRECONDITION, false),
    KAFKA_STORAGE_ERROR(56, UNAVAILABLE, true),
    UNKNOWN_PRODUCER_ID(59, FAILED_PRECONDITION, false),
    REASSIGNMENT_IN_PROGRESS(60, FAILED_PRECONDITION, false),
    NON_EMPTY_GROUP(68, FAILED_PRECONDITION, false),
    GROUP_ID_NOT_FOUND(69, NOT_FOUND, false),
    FENCED_LEADER_EPOCH(74, FAILED_PRECONDITION, true),
    UNKNOWN_LEADER_EPOCH(75, FAILED_PRECONDITION, true),
    UNSUPPORTED_COMPRESSION_TYPE(76, INVALID_ARGUMENT, false),
    STALE_BROKER_EPOCH(77, FAILED_PRECONDITION, false),
    OFFSET_NOT_AVAILABLE(78, UNAVAILABLE, true),
    PREFERRED_LEADER_NOT_AVAILABLE(80, FAILED_PRECONDITION, false),
    GROUP_MAX_SIZE_REACHED(81, RESOURCE_EXHAUSTED, false),
    ELIGIBLE_LEADERS_NOT_AVAILABLE(83, FAILED_PRECONDITION, false),
    ELECTION_NOT_NEEDED(84, FAILED_PRECONDITION, false),
    NO_REASSIGNMENT_IN_PROGRESS(85, FAILED_PRECONDITION, false),
    INVALID_RECORD(87, INVALID_ARGUMENT, false),
    THROTTLING_QUOTA_EXCEEDED(89, RESOURCE_EXHAUSTED, true),
    PRODUCER_FENCED(90, FAILED_PRECONDITION, false),
    INVALID_UPDATE_VERSION(95, FAILED_PRECONDITION, false),
    FEATURE_UPDATE_FAILED(96, FAILED_PRECONDITION, false),
    UNKNOWN_TOPIC_ID(100, NOT_FOUND, true),
    DUPLICATE_BROKER_REGISTRATION(101, FAILED_PRECONDITION, false),
    BROKER_ID_NOT_REGISTERED(102, NOT_FOUND, false),
    INCONSISTENT_CLUSTER_ID(104, INVALID_ARGUMENT, false),
    INELIGIBLE_REPLICA(107, FAILED_PRECONDITION, true),
    FENCED_MEMBER_EPOCH(110, FAILED_PRECONDITION, false),
    UNRELEASED_INSTANCE_ID(111, FAILED_PRECONDITION, false),
    UNSUPPORTED_ASSIGNOR(112, INVALID_ARGUMENT, false),
    STALE_MEMBER_EPOCH(113, FAILED_PRECONDITION, false),
    INVALID_REGULAR_EXPRESSION(128, INVALID_ARGUMENT, false),
    DUPLICATE_VOTER(126, ALREADY_EXISTS, false),
    VOTER_NOT_FOUND(127, NOT_FOUND, false),
    /** A bounded queue is full. Flotilla's own. */
    OVERLOADED(10001, RESOURCE_EXHAUSTED, true);

    private static final Map<Integer, ErrorCode> BY_NUMBER = new TreeMap<>();

    static {
        for (ErrorCode code : values()) {
            BY_NUMBER.put(code.number, code);
        }
    }

    private final int number;
    private final ErrorKind kind;
    private final boolean retriable;

    ErrorCode(int number, ErrorKind kind, boolean retriable) {
        this.number = number;
        this.kind = kind;
        this.retriable = retriable;
    }

    public int number() {
        return number;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** Whether the same request may succeed later, possibly elsewhere. */
    public boolean retriable() {
        return retriable;
    }

    /** The code with Kafka's number; UNKNOWN_SERVER_ERROR for a number that this version does not know. */
    public static ErrorCode ofNumber(int number) {
        return BY_NUMBER.getOrDefault(number, UNKNOWN_SERVER_ERROR);
    }
}
