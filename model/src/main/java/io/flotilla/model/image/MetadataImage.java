package io.flotilla.model.image;

/**
 * The cluster's metadata at one revision. Immutable; a change makes another image that shares what did not change.
 *
 * @param clusterId identity of the cluster; empty before bootstrap
 * @param historyId identity of the line of revisions; changes only on recovery from a lost majority; empty before
 *     bootstrap
 * @param revision dense count of changes, from 0 for the empty image
 * @param featureLevel gates changed behaviour, also on replay; 0 before bootstrap
 * @param nextProducerId first producer id that no block contains
 */
public record MetadataImage(
        String clusterId,
        String historyId,
        long revision,
        int featureLevel,
        BrokersImage brokers,
        TopicsImage topics,
        long nextProducerId,
        RequestsImage requests) {
    /** Nothing is known. */
    public static final MetadataImage EMPTY =
            new MetadataImage("", "", 0, 0, BrokersImage.EMPTY, TopicsImage.EMPTY, 0, RequestsImage.EMPTY);

    /** Whether the cluster has its identity. */
    public boolean bootstrapped() {
        return !clusterId.isEmpty();
    }

    public MetadataImage withCluster(String newClusterId, String newHistoryId) {
        return new MetadataImage(
                newClusterId, newHistoryId, revision, featureLevel, brokers, topics, nextProducerId, requests);
    }

    public MetadataImage withRevision(long newRevision) {
        return new MetadataImage(
                clusterId, historyId, newRevision, featureLevel, brokers, topics, nextProducerId, requests);
    }

    public MetadataImage withFeatureLevel(int level) {
        return new MetadataImage(clusterId, historyId, revision, level, brokers, topics, nextProducerId, requests);
    }

    public MetadataImage withBrokers(BrokersImage newBrokers) {
        return new MetadataImage(
                clusterId, historyId, revision, featureLevel, newBrokers, topics, nextProducerId, requests);
    }

    public MetadataImage withTopics(TopicsImage newTopics) {
        return new MetadataImage(
                clusterId, historyId, revision, featureLevel, brokers, newTopics, nextProducerId, requests);
    }

    public MetadataImage withNextProducerId(long id) {
        return new MetadataImage(clusterId, historyId, revision, featureLevel, brokers, topics, id, requests);
    }

    public MetadataImage withRequests(RequestsImage newRequests) {
        return new MetadataImage(
                clusterId, historyId, revision, featureLevel, brokers, topics, nextProducerId, newRequests);
    }
}
