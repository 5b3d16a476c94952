package io.flotilla.broker.log;

/**
 * Bytes that a log once held in good order no longer read as batches. The replica reports itself damaged (rule R19).
 */
public final class CorruptLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long offset;

    /** @param offset first offset that is lost, for all that is known */
    public CorruptLogException(long offset, String message) {
        super(message);
        this.offset = offset;
    }

    /** First offset that is lost, for all that is known. */
    public long offset() {
        return offset;
    }

    /** The same as a state of the log. */
    public LogDamage damage() {
        return new LogDamage(offset, String.valueOf(getMessage()));
    }
}
