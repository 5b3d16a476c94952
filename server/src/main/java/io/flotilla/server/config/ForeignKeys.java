package io.flotilla.server.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keys that users bring along from Kafka and that mean nothing here, with what to do instead. */
final class ForeignKeys {
    private static final Map<String, String> REPLACED = Map.of(
            "zookeeper.connect", "Flotilla needs no ZooKeeper; name the Raft voters in controller.quorum.voters",
            "zookeeper.connection.timeout.ms", "Flotilla needs no ZooKeeper; remove it",
            "zookeeper.session.timeout.ms", "Flotilla needs no ZooKeeper; use broker.session.timeout.ms",
            "port", "use listeners",
            "host.name", "use listeners",
            "advertised.host.name", "use advertised.listeners",
            "log.dir", "use log.dirs",
            "controller.listener.names", "the INTERNAL listener serves the controller; remove it",
            "inter.broker.listener.name", "the INTERNAL listener serves brokers; remove it");

    /** Kafka's keys whose feature this version does not have yet. */
    private static final Set<String> NOT_IN_THIS_VERSION = Set.of(
            "auto.create.topics.enable",
            "compression.type",
            "delete.topic.enable",
            "group.consumer.heartbeat.interval.ms",
            "group.consumer.session.timeout.ms",
            "group.initial.rebalance.delay.ms",
            "log.cleaner.threads",
            "log.cleanup.policy",
            "log.flush.interval.messages",
            "log.flush.interval.ms",
            "max.connections",
            "num.io.threads",
            "num.network.threads",
            "num.replica.fetchers",
            "replica.fetch.max.bytes",
            "replica.fetch.wait.max.ms",
            "socket.receive.buffer.bytes",
            "socket.request.max.bytes",
            "socket.send.buffer.bytes",
            "transaction.state.log.min.isr",
            "transaction.state.log.replication.factor");

    private ForeignKeys() {}

    /** What to do about the key; empty when nobody has heard of it. */
    static Optional<String> advice(String key) {
        String replacement = REPLACED.get(key);
        if (replacement != null) {
            return Optional.of(replacement);
        }
        return NOT_IN_THIS_VERSION.contains(key)
                ? Optional.of("this version does not have what it configures; remove it")
                : Optional.empty();
    }
}
