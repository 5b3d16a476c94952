package io.flotilla.broker.isr;

/** When this broker last heard of others, on the clock of the caller's nowNanos. */
public interface Contacts {
    /** When the controller last answered a heartbeat. */
    long controllerHeardAtNanos();

    /** When the replica stream of a broker last carried anything; Long.MIN_VALUE when none is open. */
    long replicaHeardAtNanos(int brokerId);
}
