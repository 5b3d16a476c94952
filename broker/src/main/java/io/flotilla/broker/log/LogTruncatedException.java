package io.flotilla.broker.log;

/**
 * The log was truncated while it was read, and what was read is worthless; or a cleaning replaced what was to be read.
 * Ask again, if the epoch still allows it.
 */
public final class LogTruncatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogTruncatedException() {
        super("the log was truncated or cleaned while it was read");
    }
}
