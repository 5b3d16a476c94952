package io.flotilla.server;

/** The node cannot start; the message tells an operator why and what to do. */
final class StartupException extends Exception {
    private static final long serialVersionUID = 1L;

    StartupException(String message, Throwable cause) {
        super(message, cause);
    }
}
