package io.flotilla.client;

/**
 * Thrown by poll when records that were read before are proven to be no longer in the log and {@code auto.offset.reset}
 * is none. The position stays until the application seeks.
 */
public final class LogTruncationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient TopicPartition partition;
    private final long truncatedTo;

    LogTruncationException(TopicPartition partition, long truncatedTo, String message) {
        super(message);
        this.partition = partition;
        this.truncatedTo = truncatedTo;
    }

    public TopicPartition partition() {
        return partition;
    }

    /** The first offset whose record may differ from what was read. */
    public long truncatedTo() {
        return truncatedTo;
    }
}
