package io.flotilla.broker.log;

/** The log was truncated while it was read; what was read is worthless. Ask again, if the epoch still allows it. */
public final class LogTruncatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogTruncatedException() {
        super("the log was truncated while it was read");
    }
}
