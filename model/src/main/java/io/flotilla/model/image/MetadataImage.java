package io.flotilla.model.image;

import java.util.List;

/**
 * The cluster's metadata at one revision. Immutable; a change makes another image that shares what did not change.
 *
 * @param clusterId identity of the cluster; empty before bootstrap
 * @param historyId identity of the line of revisions; changes only on recovery from a lost majority; empty before
 *     bootstrap
 * @param revision dense count of changes, from 0 for the empty image
 * @param featureLevel gates changed behaviour, also on replay; 0 before bootstrap
 * @param brokerConfigs configs of brokers that were set while the cluster runs
 * @param nextProducerId first producer id that no block contains
 */
public record MetadataImage(
        String clusterId,
        String historyId,
        long revision,
        int featureLevel,
        BrokersImage brokers,
        TopicsImage topics,
        BrokerConfigsImage brokerConfigs,
        long nextProducerId,
        RequestsImage requests) {
    /** Nothing is known. */
    public static final MetadataImage EMPTY = new MetadataImage(
            "", "", 0, 0, BrokersImage.EMPTY, TopicsImage.EMPTY, BrokerConfigsImage.EMPTY, 0, RequestsImage.EMPTY);

    /** So many revisions are skipped by a recovery from a lost majority, and fewer are ever made between two. */
    public static final long REVISIONS_OF_A_RECOVERY = 1L << 32;

    /** How many recoveries from a lost majority came before a revision; -1 for none, -1. */
    public static long recoveriesBefore(long revision) {
        return Math.floorDiv(revision, REVISIONS_OF_A_RECOVERY);
    }

    /** Whether the cluster has its identity. */
    public boolean bootstrapped() {
        return !clusterId.isEmpty();
    }

    public MetadataImage withCluster(String newClusterId, String newHistoryId) {
        return new MetadataImage(
                newClusterId,
                newHistoryId,
                revision,
                featureLevel,
                brokers,
                topics,
                brokerConfigs,
                nextProducerId,
                requests);
    }

    public MetadataImage withRevision(long newRevision) {
        return new MetadataImage(
                clusterId,
                historyId,
                newRevision,
                featureLevel,
                brokers,
                topics,
                brokerConfigs,
                nextProducerId,
                requests);
    }

    public MetadataImage withFeatureLevel(int level) {
        return new MetadataImage(
                clusterId, historyId, revision, level, brokers, topics, brokerConfigs, nextProducerId, requests);
    }

    public MetadataImage withBrokers(BrokersImage newBrokers) {
        return new MetadataImage(
                clusterId,
                historyId,
                revision,
                featureLevel,
                newBrokers,
                topics,
                brokerConfigs,
                nextProducerId,
                requests);
    }

    public MetadataImage withTopics(TopicsImage newTopics) {
        return new MetadataImage(
                clusterId,
                historyId,
                revision,
                featureLevel,
                brokers,
                newTopics,
                brokerConfigs,
                nextProducerId,
                requests);
    }

    public MetadataImage withNextProducerId(long id) {
        return new MetadataImage(
                clusterId, historyId, revision, featureLevel, brokers, topics, brokerConfigs, id, requests);
    }

    public MetadataImage withRequests(RequestsImage newRequests) {
        return new MetadataImage(
                clusterId,
                historyId,
                revision,
                featureLevel,
                brokers,
                topics,
                brokerConfigs,
                nextProducerId,
                newRequests);
    }

    public MetadataImage withBrokerConfigs(BrokerConfigsImage newConfigs) {
        return new MetadataImage(
                clusterId, historyId, revision, featureLevel, brokers, topics, newConfigs, nextProducerId, requests);
    }

    /** The brokers that new replicas may go to: in service, and not cordoned; in the order of their ids. */
    public List<BrokerRegistration> placeable() {
        return brokers.eligible().stream()
                .filter(broker -> !brokerConfigs.cordons(broker.brokerId()))
                .toList();
    }
}
