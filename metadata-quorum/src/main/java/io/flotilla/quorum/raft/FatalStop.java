package io.flotilla.quorum.raft;

/** Stops the process because going on would harm the cluster; called from any thread, possibly more than once. */
@FunctionalInterface
public interface FatalStop {

    /**
     * @param reason one sentence for the operator
     * @param cause what was thrown
     */
    void stop(String reason, Throwable cause);

    /**
     * This node was removed from the quorum by an operator: there is nothing left to do, and no hurry.
     *
     * @param reason one sentence for the operator
     */
    default void removed(String reason) {
        stop(reason, new IllegalStateException("removed"));
    }
}
