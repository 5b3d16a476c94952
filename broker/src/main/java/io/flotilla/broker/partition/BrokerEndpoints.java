package io.flotilla.broker.partition;

/** Where clients reach brokers, by the applied metadata. Safe for any thread. */
@FunctionalInterface
public interface BrokerEndpoints {
    /** Endpoint of the broker's client listener, "host:port"; empty where unknown. */
    String clientEndpoint(int brokerId);
}
