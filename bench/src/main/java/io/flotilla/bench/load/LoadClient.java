package io.flotilla.bench.load;

import java.util.Map;

/** The Java client of one of the two systems, with the settings that both share. */
public interface LoadClient {
    /** The settings of throughput runs, beyond acks=all and idempotence, which are both systems' defaults. */
    Map<String, String> BULK = Map.of(
            "linger.ms", "5",
            "batch.size", "131072",
            "buffer.memory", "67108864");

    /** Every record leaves at once. */
    Map<String, String> PROMPT = Map.of("linger.ms", "0");

    LoadProducer producer(String bootstrap, String topic, Map<String, String> settings);

    LoadConsumer consumer(String bootstrap, String topic, int partitions);

    /** A member that has not joined yet. */
    LoadMember member(
            String bootstrap, String group, String topic, Map<String, String> settings, LoadMember.Holdings holdings);

    LoadAdmin admin(String bootstrap);
}
