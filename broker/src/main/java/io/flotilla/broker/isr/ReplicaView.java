package io.flotilla.broker.isr;

/**
 * One replica as the applied metadata shows it.
 *
 * @param brokerId where it lives
 * @param assignmentRevision revision at which it was assigned; removing and adding again gives another (R8)
 * @param brokerEpoch the broker's registration in the same metadata, -1 when it is not registered
 */
public record ReplicaView(int brokerId, long assignmentRevision, long brokerEpoch) {}
