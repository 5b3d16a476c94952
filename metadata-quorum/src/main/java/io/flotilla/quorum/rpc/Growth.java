package io.flotilla.quorum.rpc;

import io.flotilla.proto.internal.v1.AdministrativeOperation;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.v1.ConfigChange;

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
            case ADMINISTER -> canWait(command.getAdminister());
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

    /**
     * A move adds, and can wait with the rest. What an operator needs where disks fill up cannot: to cancel a move, and
     * to take a config away, such as a throttle.
     */
    private static boolean canWait(AdministrativeOperation operation) {
        return switch (operation.getOperationCase()) {
            case CREATE_PARTITIONS -> true;
            case ALTER_PARTITION_REASSIGNMENTS ->
                operation.getAlterPartitionReassignments().getReassignmentsList().stream()
                        .anyMatch(move -> move.getTargetCount() > 0);
            case ALTER_CONFIGS ->
                operation.getAlterConfigs().getAlterationsList().stream()
                        .flatMap(alteration -> alteration.getChangesList().stream())
                        .anyMatch(ConfigChange::hasValue);
            case ELECT_LEADERS, UPDATE_FEATURES, OPERATION_NOT_SET -> false;
        };
    }
}
