package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.ClusterView;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.routing.TopicView;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Brings each record to the lane of its partition, once its topic is known. Owned by the producer's loop. */
final class RecordRouter {
    /** How long a topic that the cluster does not have is waited for: another broker may have just created it. */
    static final long UNKNOWN_TOPIC_GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final ProducerSettings settings;
    private final MetadataFollower metadata;
    private final RandomGenerator random;
    private final PartitionChooser.Factory choosers;
    private final Rejections rejections;
    private final Map<String, TopicLanes> topics = new TreeMap<>();
    private final Map<String, Deque<PendingRecord>> unrouted = new TreeMap<>();
    private ClusterView view = ClusterView.EMPTY;
    /** The lanes of all topics; replaced, never changed. */
    private List<Lane> lanes = List.of();

    /** Takes what cannot be routed. */
    interface Rejections {
        void rejected(PendingRecord record, FlotillaError error);

        /** The lane's topic is gone; everything in it must fail. */
        void orphaned(Lane lane, FlotillaError error);
    }

    RecordRouter(ProducerSettings settings, Sender.Ports ports, Rejections rejections) {
        this.settings = settings;
        this.metadata = ports.metadata();
        this.random = ports.random();
        this.choosers = ports.choosers();
        this.rejections = rejections;
    }

    void route(PendingRecord record) {
        Deque<PendingRecord> queue = unrouted.get(record.topic());
        TopicLanes lanes = topics.get(record.topic());
        boolean known = lanes != null && record.partition() < lanes.partitions();
        if (queue != null || lanes == null || !known) {
            metadata.follow(record.topic());
            unrouted.computeIfAbsent(record.topic(), topic -> new ArrayDeque<>())
                    .add(record);
            return;
        }
        lanes.add(record);
    }

    /** Follows the view: new topics take their records, lanes of deleted topics are emptied. */
    void refresh(ClusterView now) {
        if (now == view) {
            return;
        }
        view = now;
        for (TopicLanes lanes : new ArrayList<>(topics.values())) {
            TopicView topic = now.topic(lanes.view.name());
            if (topic != null && topic.id().equals(lanes.view.id())) {
                lanes.follow(topic);
            } else if (metadata.isComplete()) {
                topics.remove(lanes.view.name());
                lanes.lanes.forEach(lane -> rejections.orphaned(lane, gone(lanes.view)));
            }
        }
        for (Map.Entry<String, Deque<PendingRecord>> waiting : List.copyOf(unrouted.entrySet())) {
            TopicView found = now.topic(waiting.getKey());
            if (found != null) {
                topics.computeIfAbsent(waiting.getKey(), name -> new TopicLanes(found));
                unrouted.remove(waiting.getKey());
                waiting.getValue().forEach(this::route);
            }
        }
        List<Lane> all = new ArrayList<>();
        topics.values().forEach(topic -> all.addAll(topic.lanes));
        lanes = all;
    }

    private static FlotillaError gone(TopicView topic) {
        return FlotillaError.notApplied(
                ErrorCode.UNKNOWN_TOPIC_ID, "topic " + topic.name() + " with id " + topic.id() + " was deleted");
    }

    /** Rejects records whose topic or partition does not appear in time; answers nanoseconds until the next is due. */
    long expire(long nowNanos) {
        long next = Long.MAX_VALUE;
        for (Deque<PendingRecord> queue : unrouted.values()) {
            long patience = patienceNanos();
            while (!queue.isEmpty() && nowNanos - queue.peekFirst().enqueuedNanos() >= patience) {
                PendingRecord record = queue.removeFirst();
                rejections.rejected(record, unroutable(record));
            }
            if (!queue.isEmpty()) {
                next = Math.min(next, queue.peekFirst().enqueuedNanos() + patience - nowNanos);
            }
        }
        unrouted.values().removeIf(Deque::isEmpty);
        return next;
    }

    private long patienceNanos() {
        long blockNanos = TimeUnit.MILLISECONDS.toNanos(settings.batching().maxBlockMs());
        return metadata.isComplete() ? Math.min(UNKNOWN_TOPIC_GRACE_NANOS, blockNanos) : blockNanos;
    }

    private FlotillaError unroutable(PendingRecord record) {
        TopicView topic = view.topic(record.topic());
        if (topic != null) {
            return FlotillaError.notApplied(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                    "partition " + record.partition() + " does not exist: topic " + record.topic()
                            + " has partitions 0 to " + (topic.partitions().size() - 1));
        }
        return metadata.isComplete()
                ? FlotillaError.notApplied(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "topic " + record.topic() + " does not exist; create it first")
                : FlotillaError.notApplied(
                        ErrorCode.REQUEST_TIMED_OUT,
                        "no broker told about topic " + record.topic() + " within max.block.ms "
                                + settings.batching().maxBlockMs() + "; check bootstrap.servers");
    }

    /** Every lane that has ever been written to since its topic was created. */
    List<Lane> lanes() {
        return lanes;
    }

    /** True while some record waits for its topic. */
    boolean hasUnrouted() {
        return !unrouted.isEmpty();
    }

    /** Takes every record that has no lane yet. */
    List<PendingRecord> removeUnrouted() {
        List<PendingRecord> removed = new ArrayList<>();
        unrouted.values().forEach(removed::addAll);
        unrouted.clear();
        return removed;
    }

    /** The lanes of one life of a topic. */
    private final class TopicLanes implements PartitionChooser.TopicPartitions {
        private final List<Lane> lanes = new ArrayList<>();
        private TopicView view;
        private int batchBytesMax;
        private final PartitionChooser chooser;

        TopicLanes(TopicView view) {
            this.view = view;
            this.chooser = choosers.forTopic(view.name());
            follow(view);
        }

        void follow(TopicView changed) {
            view = changed;
            batchBytesMax = settings.batching().batchBytes();
            String limit = changed.configs().get("max.message.bytes");
            if (limit != null && limit.matches("\\d{1,9}")) {
                batchBytesMax = Math.min(batchBytesMax, Integer.parseInt(limit));
            }
            while (lanes.size() < changed.partitions().size()) {
                Lane.Key key = new Lane.Key(changed.name(), changed.id(), lanes.size());
                lanes.add(new Lane(
                        key, settings, new Backoff(settings.delivery().timing().retries(), random)));
            }
        }

        int partitions() {
            return lanes.size();
        }

        void add(PendingRecord record) {
            if (record.partition() != PendingRecord.ANY_PARTITION) {
                lanes.get(record.partition()).add(record, batchBytesMax);
                return;
            }
            int chosen;
            try {
                chosen = chooser.choose(record, this);
            } catch (RuntimeException e) {
                rejections.rejected(record, misplaced("the partitioner threw " + e));
                return;
            }
            if (chosen < 0 || chosen >= lanes.size()) {
                rejections.rejected(
                        record,
                        misplaced("the partitioner chose partition " + chosen + " of topic " + view.name()
                                + ", which has partitions 0 to " + (lanes.size() - 1)));
            } else {
                lanes.get(chosen).add(record, batchBytesMax);
            }
        }

        private static FlotillaError misplaced(String message) {
            return FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, message);
        }

        @Override
        public int count() {
            return lanes.size();
        }

        @Override
        public boolean isLed(int partition) {
            return partition < view.partitions().size()
                    && view.partitions().get(partition).hasLeader();
        }

        @Override
        public int queuedBatches(int partition) {
            return lanes.get(partition).queuedBatches();
        }
    }
}
