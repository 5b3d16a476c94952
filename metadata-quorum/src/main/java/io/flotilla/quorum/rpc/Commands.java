package io.flotilla.quorum.rpc;

import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.CommandResult;
import java.util.concurrent.CompletableFuture;

/** The way of commands into the replicated log. Safe for any thread; returns at once. */
public interface Commands {
    /**
     * Submits a command.
     *
     * @return the result of a command that was applied and holds; else fails with a
     *     {@link io.flotilla.model.error.FlotillaException}, whose outcome says whether it may have been applied
     */
    CompletableFuture<CommandResult> submit(Command command);
}
