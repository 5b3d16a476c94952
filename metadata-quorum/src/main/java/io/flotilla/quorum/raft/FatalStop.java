package io.flotilla.quorum.raft;

/** Stops the process because going on would harm the cluster; called from any thread, possibly more than once. */
@FunctionalInterface
public interface FatalStop {

    /**
     * @param reason one sentence for the operator
     * @param cause what was thrown
     */
    void stop(String reason, Throwable cause);
}
