package io.flotilla.client;

import java.util.List;

/**
 * The cluster as a broker knows it.
 *
 * @param controllerId node id of the active controller, -1 where unknown
 * @param revision of the metadata that the broker has applied
 */
public record ClusterDescription(String clusterId, int controllerId, long revision, List<BrokerDescription> brokers) {
    /**
     * A broker of it.
     *
     * @param endpoint of the client listener, "host:port"
     * @param rack empty where none is configured
     * @param fenced leads nothing and is in no ISR
     * @param epoch rises each time that the broker starts
     * @param shuttingDown has handed its leaderships over
     * @param cordoned gets no new replicas
     */
    public record BrokerDescription(
            int id, String endpoint, String rack, boolean fenced, long epoch, boolean shuttingDown, boolean cordoned) {}
}
