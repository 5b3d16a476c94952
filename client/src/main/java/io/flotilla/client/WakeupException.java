package io.flotilla.client;

/** Thrown by a poll that another thread has ended with {@link Consumer#wakeup}. */
public final class WakeupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WakeupException() {
        super("the poll was ended by wakeup");
    }
}
