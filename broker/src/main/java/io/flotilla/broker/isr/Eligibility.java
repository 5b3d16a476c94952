package io.flotilla.broker.isr;

/** Who may join an ISR, by the applied metadata of the moment. */
@FunctionalInterface
public interface Eligibility {
    /** Whether this run of the broker is registered, not fenced and not shutting down. */
    boolean mayJoin(int brokerId, long brokerEpoch);
}
