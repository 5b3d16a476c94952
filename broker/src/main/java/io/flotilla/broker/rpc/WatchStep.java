package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.model.delta.MetadataDelta;
import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.BrokerConfigSet;
import io.flotilla.model.delta.MetadataRecord.BrokerRemoved;
import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicConfigSet;
import io.flotilla.model.delta.MetadataRecord.TopicCreated;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.BrokerConfigsImage;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.ClusterViews;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.WatchResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What one revision changed, as watchers see it. Immutable; the images it holds share what did not change. */
final class WatchStep {
    private final MetadataImage after;
    private final long previousRevision;
    private final Set<Integer> brokers = new LinkedHashSet<>();
    private final Set<TopicId> topics = new LinkedHashSet<>();
    private final Map<TopicId, String> removedTopics = new LinkedHashMap<>();

    private WatchStep(MetadataChange change, MetadataDelta delta) {
        this.after = change.after();
        this.previousRevision = change.before().revision();
        for (MetadataRecord record : delta.records()) {
            if (record instanceof PartitionSet set) {
                topics.add(set.topic());
            } else if (record instanceof TopicCreated created) {
                topics.add(created.id());
            } else if (record instanceof TopicConfigSet set) {
                topics.add(set.topic());
            } else if (record instanceof TopicRemoved removed) {
                change.before()
                        .topics()
                        .withId(removed.id())
                        .map(TopicImage::name)
                        .ifPresent(name -> removedTopics.put(removed.id(), name));
            } else if (record instanceof BrokerSet set) {
                brokers.add(set.broker().brokerId());
            } else if (record instanceof BrokerConfigSet set && set.brokerId() != BrokerConfigsImage.ALL) {
                brokers.add(set.brokerId());
            } else if (record instanceof BrokerRemoved removed) {
                brokers.add(removed.brokerId());
            }
        }
    }

    /** The step of a change; none when it skipped revisions. */
    static Optional<WatchStep> of(MetadataChange change) {
        return change.delta().map(delta -> new WatchStep(change, delta));
    }

    long previousRevision() {
        return previousRevision;
    }

    long revision() {
        return after.revision();
    }

    /** The step for one who follows some topics; empty when it changes nothing for them. */
    Optional<WatchResponse> view(Predicate<String> followed, int controllerId) {
        WatchResponse.Builder view = response(after, controllerId).setLast(true);
        for (int id : brokers) {
            after.brokers()
                    .broker(id)
                    .ifPresentOrElse(
                            broker -> view.addBrokers(ClusterViews.broker(broker, after.brokerConfigs())),
                            () -> view.addRemovedBrokers(id));
        }
        for (TopicId id : topics) {
            after.topics()
                    .withId(id)
                    .filter(topic -> followed.test(topic.name()))
                    .ifPresent(topic -> view.addTopics(ClusterViews.topic(topic)));
        }
        removedTopics.forEach((id, name) -> {
            if (followed.test(name)) {
                view.addRemovedTopics(Ids.bytes(id));
            }
        });
        boolean empty = view.getBrokersCount() == 0
                && view.getRemovedBrokersCount() == 0
                && view.getTopicsCount() == 0
                && view.getRemovedTopicsCount() == 0;
        return empty ? Optional.empty() : Optional.of(view.build());
    }

    /** A message at the image's revision, without content. */
    static WatchResponse.Builder response(MetadataImage image, int controllerId) {
        return WatchResponse.newBuilder()
                .setHistoryId(image.historyId())
                .setRevision(image.revision())
                .setClusterId(image.clusterId())
                .setControllerId(controllerId);
    }
}
