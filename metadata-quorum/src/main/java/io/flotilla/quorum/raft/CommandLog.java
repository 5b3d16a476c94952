package io.flotilla.quorum.raft;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The way of commands into a replicated log, as one of its members offers it. Safe for any thread. */
public interface CommandLog {
    /**
     * Submits a command. The future never fails.
     *
     * @param command at least one byte and at most {@link MetadataRaft#COMMAND_BYTES_MAX}; not to be changed afterwards
     * @param timeout after it, the outcome is a refusal where the command had not reached the log, else unknown
     */
    CompletableFuture<SubmitOutcome> submit(byte[] command, Duration timeout);

    /** Whether this node leads and has applied all that was committed before its term. */
    boolean isLeader();

    /**
     * What this node's disk lacks, in a sentence for operators; empty while there is room. While it is short, nothing
     * should be submitted that can wait: the first write that finds no room ends this node.
     */
    Optional<String> spaceShortage();
}
