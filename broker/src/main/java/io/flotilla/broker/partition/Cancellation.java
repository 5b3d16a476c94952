package io.flotilla.broker.partition;

/** Withdraws a question that still waits. Any thread; does nothing once it was answered. */
@FunctionalInterface
public interface Cancellation {
    void cancel();
}
