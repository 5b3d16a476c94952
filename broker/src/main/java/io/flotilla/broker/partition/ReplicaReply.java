package io.flotilla.broker.partition;

/**
 * Hears the answer to a follower's question; called on the loop, must not block. A question that is replaced gets none.
 */
@FunctionalInterface
public interface ReplicaReply {
    void answer(ReplicaAnswer answer);
}
