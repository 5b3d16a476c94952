package io.flotilla.client;

/** Thrown by a call that another thread has ended with {@link Consumer#wakeup}. */
public final class WakeupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WakeupException() {
        super("the call was ended by wakeup");
    }
}
