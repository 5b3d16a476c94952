package io.flotilla.broker.isr;

/**
 * A proposed member of the ISR.
 *
 * @param brokerEpoch the epoch that the member's own fetch stream was opened with (R5)
 */
public record IsrMember(int brokerId, long brokerEpoch) {}
