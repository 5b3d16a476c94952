package io.flotilla.broker.log;

/**
 * Bytes that a log once held in good order no longer read as batches. The replica reports itself damaged (rule R19).
 */
public final class CorruptLogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptLogException(String message) {
        super(message);
    }
}
