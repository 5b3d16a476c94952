package io.flotilla.broker.partition;

import io.flotilla.broker.isr.Contacts;
import io.flotilla.broker.isr.Eligibility;
import io.flotilla.model.time.Clock;
import java.util.concurrent.Executor;

/**
 * The world as partitions reach it; one for all partitions of a broker.
 *
 * @param brokerId this broker
 * @param clock time
 * @param proposer the way to the controller
 * @param leaders the way to leaders
 * @param eligibility who may join an ISR, by the applied metadata
 * @param contacts when this broker last heard of others
 * @param sessions of the replicas that follow
 * @param endpoints where clients reach brokers
 * @param events who must know when a partition fails
 * @param logFiles runs what takes files away, which blocks; never a loop
 */
public record PartitionPorts(
        int brokerId,
        Clock clock,
        IsrProposer proposer,
        LeaderLink leaders,
        Eligibility eligibility,
        Contacts contacts,
        ReplicaSessions sessions,
        BrokerEndpoints endpoints,
        PartitionEvents events,
        Executor logFiles) {}
