package io.flotilla.quorum.rpc;

import io.flotilla.proto.internal.v1.AdministrativeOperation.OperationCase;
import io.flotilla.proto.internal.v1.Command;

/** Tells commands that only make the metadata larger from those that keep the cluster alive or make it smaller. */
final class Growth {
    private Growth() {}

    /**
     * Whether a command can wait until there is room for it. What says who is alive, who leads and who is in sync
     * cannot (a partition would go down with the disk's space), nor a broker that comes back, nor the ids without which
     * no producer starts. Without a default on purpose: whoever adds a kind decides.
     */
    static boolean canWait(Command command) {
        return switch (command.getCommandCase()) {
            case ADMINISTER -> canWait(command.getAdminister().getOperationCase());
            case CREATE_TOPICS, ALTER_TOPIC_CONFIGS -> true;
            case BOOTSTRAP,
                    REGISTER_BROKER,
                    FENCE_BROKERS,
                    UNFENCE_BROKER,
                    BEGIN_SHUTDOWN,
                    ALTER_PARTITION,
                    DELETE_TOPICS,
                    ALLOCATE_PRODUCER_IDS,
                    REPORT_LOST_REPLICAS,
                    NOOP,
                    COMPARE_IMAGES,
                    BALANCE_LEADERS,
                    COMMAND_NOT_SET -> false;
        };
    }

    /** A move also adds: it can wait with the rest. */
    private static boolean canWait(OperationCase kind) {
        return switch (kind) {
            case ALTER_CONFIGS, CREATE_PARTITIONS, ALTER_PARTITION_REASSIGNMENTS -> true;
            case ELECT_LEADERS, UPDATE_FEATURES, OPERATION_NOT_SET -> false;
        };
    }
}
