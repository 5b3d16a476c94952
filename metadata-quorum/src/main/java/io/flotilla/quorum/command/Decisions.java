package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.Command.CommandCase;

/** Decides any command: the controller's table of contents. */
public final class Decisions {
    private Decisions() {}

    /**
     * What the controller makes of a command on this image. The same image, command and term give the same decision on
     * every node and on every replay.
     *
     * @param term the term of the log entry that carries the command
     */
    public static Decision decide(MetadataImage image, Command command, long term) {
        if (command.getTerm() != 0 && command.getTerm() != term) {
            return Decision.reject(
                    ErrorCode.NOT_CONTROLLER,
                    "the controller of term " + command.getTerm() + " decided this; now it is term " + term);
        }
        CommandCase kind = command.getCommandCase();
        if (!image.bootstrapped() && kind != CommandCase.BOOTSTRAP && kind != CommandCase.NOOP) {
            return Decision.reject(
                    ErrorCode.NOT_CONTROLLER, "the cluster has no identity yet; its first controller gives it one");
        }
        try {
            return decide(image, command);
        } catch (IllegalArgumentException e) {
            return Decision.reject(ErrorCode.INVALID_REQUEST, "the command is malformed: " + e.getMessage());
        }
    }

    private static Decision decide(MetadataImage image, Command command) {
        return switch (command.getCommandCase()) {
            case BOOTSTRAP -> Bootstrap.decide(image, command.getBootstrap());
            case REGISTER_BROKER -> RegisterBroker.decide(image, command.getRegisterBroker());
            case FENCE_BROKERS -> FenceBrokers.decide(image, command.getFenceBrokers());
            case UNFENCE_BROKER -> UnfenceBroker.decide(image, command.getUnfenceBroker());
            case BEGIN_SHUTDOWN -> BeginShutdown.decide(image, command.getBeginShutdown());
            case ALTER_PARTITION -> AlterPartition.decide(image, command.getAlterPartition());
            case CREATE_TOPICS -> CreateTopics.decide(image, command.getCreateTopics(), command.getSeed());
            case DELETE_TOPICS -> DeleteTopics.decide(image, command.getDeleteTopics());
            case ALLOCATE_PRODUCER_IDS -> AllocateProducerIds.decide(image, command.getAllocateProducerIds());
            case REPORT_LOST_REPLICAS -> ReportLostReplicas.decide(image, command.getReportLostReplicas());
            case ALTER_TOPIC_CONFIGS -> AlterTopicConfigs.decide(image, command.getAlterTopicConfigs());
            case ADMINISTER -> Administration.decide(image, command.getAdminister(), command.getSeed());
            case BALANCE_LEADERS -> BalanceLeaders.decide(image, command.getBalanceLeaders());
            case NOOP, COMPARE_IMAGES -> Decision.nothing();
            case COMMAND_NOT_SET ->
                Decision.reject(ErrorCode.INVALID_REQUEST, "the command is of a kind that this version does not know");
        };
    }
}
