package io.flotilla.broker.log;

/** A log directory that this broker must not use, or cannot read well enough to use; stops the start of the process. */
public final class DirectoryRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code message} is for the operator: what was found, what was expected, what to do. */
    public DirectoryRefusedException(String message) {
        super(message);
    }
}
