package io.flotilla.quorum.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.quorum.raft.CommandLog;
import io.flotilla.quorum.raft.SubmitOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Commands through the metadata quorum. Made before the quorum starts, because a quorum that starts may be elected and
 * already has something to submit; until it is attached, commands are refused. Safe for any thread; the process closes
 * the quorum.
 */
public final class RaftCommands implements Commands {
    private static final long RETRY_AFTER_MS = 100;
    private static final long SPACE_RETRY_AFTER_MS = 1000;

    private final ControllerHints hints;
    private final Duration timeout;
    private volatile @Nullable CommandLog raft;

    /**
     * @param hints where to go instead of here
     * @param timeout how long a command may take
     */
    public RaftCommands(ControllerHints hints, Duration timeout) {
        this.hints = hints;
        this.timeout = timeout;
    }

    /** From now on commands go to this member of the quorum. */
    public void attach(CommandLog member) {
        raft = member;
    }

    @Override
    public CompletableFuture<CommandResult> submit(Command command) {
        CommandLog member = raft;
        if (member == null) {
            return CompletableFuture.failedFuture(
                    hints.notController("this node is starting").exception());
        }
        if (Growth.canWait(command) && member.isLeader()) {
            Optional<String> shortage = member.spaceShortage();
            if (shortage.isPresent()) {
                return CompletableFuture.failedFuture(outOfSpace(shortage.get()).exception());
            }
        }
        return member.submit(command.toByteArray(), timeout).thenApply(this::result);
    }

    private static FlotillaError outOfSpace(String shortage) {
        return FlotillaError.notApplied(
                        ErrorCode.KAFKA_STORAGE_ERROR,
                        "the active controller creates nothing while its disk is short of space. " + shortage
                                + " Free space there, or delete topics, then retry")
                .withRetryAfterMs(SPACE_RETRY_AFTER_MS);
    }

    private CommandResult result(SubmitOutcome outcome) {
        if (outcome instanceof SubmitOutcome.Applied applied) {
            CommandResult result;
            try {
                result = CommandResult.parseFrom(applied.reply());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the state answered with something else than a CommandResult", e);
            }
            if (result.hasError()) {
                FlotillaError error = Errors.ofMessage(result.getError());
                throw (error.code() == ErrorCode.NOT_CONTROLLER ? hints.notController(error.message()) : error)
                        .exception();
            }
            return result;
        } else if (outcome instanceof SubmitOutcome.Refused refused) {
            throw refusal(refused).exception();
        }
        SubmitOutcome.Unknown unknown = (SubmitOutcome.Unknown) outcome;
        throw FlotillaError.unknown(
                        ErrorCode.REQUEST_TIMED_OUT,
                        "the quorum did not answer in time, the command may yet be applied: " + unknown.detail())
                .exception();
    }

    private FlotillaError refusal(SubmitOutcome.Refused refused) {
        return switch (refused.reason()) {
            case NOT_LEADER, NOT_READY, CLOSED -> hints.notController(refused.detail());
            case OVERLOADED ->
                FlotillaError.notApplied(ErrorCode.OVERLOADED, refused.detail()).withRetryAfterMs(RETRY_AFTER_MS);
            case TOO_LARGE -> FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, refused.detail());
            case TIMED_OUT -> FlotillaError.notApplied(ErrorCode.REQUEST_TIMED_OUT, refused.detail());
            case FAILED -> FlotillaError.notApplied(ErrorCode.UNKNOWN_SERVER_ERROR, refused.detail());
        };
    }
}
