package io.flotilla.client.internal.routing;

/** A partition by the name of its topic. */
public record PartitionName(String topic, int partition) {
    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}
