package io.flotilla.client;

import java.util.List;

/**
 * How a log directory of a broker is.
 *
 * @param failure why it is out of use until the broker is restarted; empty for one that works
 * @param logBytes bytes of all its logs, those that were not asked for included
 * @param freeBytes what its file system has left; -1 when that cannot be said
 * @param replicas the logs in it that were asked for
 */
public record LogDirDescription(
        String path, String failure, long logBytes, long freeBytes, List<ReplicaDescription> replicas) {
    public LogDirDescription {
        replicas = List.copyOf(replicas);
    }

    /** Whether it works. */
    public boolean online() {
        return failure.isEmpty();
    }

    /**
     * One log.
     *
     * @param topic empty for a log of a topic that the metadata does not know
     * @param durableEnd offset below which all survives a power loss of this broker
     * @param damage what is wrong with it; empty for a sound one
     */
    public record ReplicaDescription(
            String topic, int partition, long sizeBytes, long logStart, long logEnd, long durableEnd, String damage) {}
}
