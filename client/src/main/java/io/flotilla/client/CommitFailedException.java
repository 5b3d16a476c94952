package io.flotilla.client;

import io.flotilla.model.error.FlotillaError;

/**
 * Thrown by a commit of a member that the group has removed meanwhile: others may read the partitions already. The next
 * poll calls {@link ConsumerRebalanceListener#onPartitionsLost} and joins again.
 */
public final class CommitFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient FlotillaError error;

    CommitFailedException(FlotillaError error) {
        super("nothing was committed: " + error);
        this.error = error;
    }

    public FlotillaError error() {
        return error;
    }
}
