package io.flotilla.quorum.command;

import io.flotilla.proto.internal.v1.AdministrativeOperation.OperationCase;
import io.flotilla.proto.internal.v1.BrokerToFence;
import io.flotilla.proto.internal.v1.Command;
import java.util.stream.Collectors;

/** Says for people what a command was about, as the cause of what it changed. */
final class Causes {
    private Causes() {}

    static String of(Command command) {
        return switch (command.getCommandCase()) {
            case REGISTER_BROKER ->
                "broker " + command.getRegisterBroker().getBrokerId() + " started anew"
                        + (command.getRegisterBroker().getCleanStart() ? " after a clean stop" : "");
            case FENCE_BROKERS ->
                command.getFenceBrokers().getBrokersList().stream()
                        .map(Causes::fenced)
                        .collect(Collectors.joining(", "));
            case UNFENCE_BROKER -> "broker " + command.getUnfenceBroker().getBrokerId() + " came into service";
            case BEGIN_SHUTDOWN -> "broker " + command.getBeginShutdown().getBrokerId() + " began to stop";
            case ALTER_PARTITION ->
                "its leader, broker " + command.getAlterPartition().getBrokerId() + ", proposed it";
            case CREATE_TOPICS -> who(command) + " created the topic";
            case REPORT_LOST_REPLICAS ->
                "broker " + command.getReportLostReplicas().getBrokerId() + " found its log damaged or gone";
            case ALTER_TOPIC_CONFIGS -> who(command) + " changed configs of the topic";
            case ADMINISTER ->
                who(command) + " " + asked(command.getAdminister().getOperationCase());
            case BALANCE_LEADERS -> "the active controller gave leaderships back to preferred leaders";
            default -> "a command of kind " + command.getCommandCase();
        };
    }

    private static String fenced(BrokerToFence broker) {
        return "broker " + broker.getBrokerId() + " was fenced"
                + (broker.getReason().isEmpty() ? "" : ": " + broker.getReason());
    }

    private static String who(Command command) {
        String principal = command.getContext().getPrincipal();
        return principal.isEmpty() ? "somebody" : "'" + principal + "'";
    }

    private static String asked(OperationCase operation) {
        return switch (operation) {
            case ELECT_LEADERS -> "asked for an election";
            case ALTER_CONFIGS -> "changed configs";
            case CREATE_PARTITIONS -> "added partitions to the topic";
            case ALTER_PARTITION_REASSIGNMENTS -> "asked to move it";
            case UPDATE_FEATURES -> "changed the feature level";
            case OPERATION_NOT_SET -> "asked for something unknown";
        };
    }
}
