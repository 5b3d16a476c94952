package io.flotilla.broker.partition;

/** The following end of a partition, as the replica fetcher sees it. Safe for any thread. */
public interface FollowerPort {
    /**
     * The stream to the leader is open, again or for the first time: the partition asks anew, and old answers are void.
     */
    void onStreamOpened(int leaderId);

    /**
     * Takes an answer of the leader.
     *
     * @param taken called on the loop once the answer's bytes are no longer needed: their credit is free again
     */
    void onAnswer(int leaderId, ReceivedAnswer answer, Runnable taken);
}
