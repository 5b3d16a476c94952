package io.flotilla.quorum.feed;

import io.flotilla.model.delta.MetadataRecord;
import io.flotilla.model.delta.MetadataRecord.PartitionSet;
import io.flotilla.model.delta.MetadataRecord.TopicRemoved;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.quorum.command.AppliedDelta;
import io.flotilla.quorum.command.DeltaListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was decided on each partition, and why: the last changes of each, and of all together, as this voter applied
 * them. Every voter keeps the same, so that a new active controller remembers too; a snapshot and a restart forget it.
 * Written by the log's apply thread, read by any. Nothing to close.
 */
public final class DecisionLog implements DeltaListener {
    /** Changes kept of one partition. */
    static final int OF_PARTITION_MAX = 16;
    /** Changes kept of all partitions, some 20 MB; the oldest goes first. */
    private static final int OF_ALL_MAX = 50_000;

    private final int ofAllMax;

    // Guarded by this:
    private final Map<PartitionId, Deque<Kept>> entries = new TreeMap<>();
    /** The partition of every entry by its number, which rises. */
    private final NavigableMap<Long, PartitionId> oldestFirst = new TreeMap<>();

    private long number;
    private MetadataImage image = MetadataImage.EMPTY;

    /**
     * One decision.
     *
     * @param atMs when, milliseconds since the Unix epoch; 0 where it is not known
     * @param cause for people; empty where it is not known, and the state may be older than the revision
     * @param state the partition from this revision on
     * @param creates whether the partition came into being
     */
    public record Entry(long revision, long atMs, String cause, PartitionState state, boolean creates) {}

    private record Kept(long number, Entry entry) {}

    /**
     * What is known of a partition.
     *
     * @param image the metadata that the last entry belongs to
     * @param entries oldest first, at least one
     */
    public record Found(MetadataImage image, List<Entry> entries) {
        public Found {
            entries = List.copyOf(entries);
        }

        /** Whether nothing was forgotten. */
        public boolean complete() {
            return entries.get(0).creates();
        }
    }

    public DecisionLog() {
        this(OF_ALL_MAX);
    }

    DecisionLog(int ofAllMax) {
        this.ofAllMax = ofAllMax;
    }

    @Override
    public synchronized void applied(AppliedDelta applied) {
        for (MetadataRecord record : applied.delta().records()) {
            if (record instanceof PartitionSet set) {
                add(new PartitionId(set.topic(), set.partition()), set.state(), applied);
            } else if (record instanceof TopicRemoved removed) {
                forget(removed.id());
            }
        }
        image = applied.image();
    }

    private void add(PartitionId id, PartitionState state, AppliedDelta applied) {
        Optional<PartitionState> before = image.topics().partition(id);
        Deque<Kept> known = entries.computeIfAbsent(id, any -> new ArrayDeque<>());
        if (known.isEmpty() && before.isPresent()) {
            keep(id, known, new Entry(image.revision(), 0, "", before.get(), false));
        }
        Kept last = known.peekLast();
        if (last != null && last.entry().revision() == applied.delta().revision()) {
            oldestFirst.remove(known.removeLast().number()); // one decision took several steps
        }
        keep(
                id,
                known,
                new Entry(applied.delta().revision(), applied.decidedAtMs(), applied.cause(), state, before.isEmpty()));
        while (oldestFirst.size() > ofAllMax) {
            drop(oldestFirst.firstEntry().getValue());
        }
    }

    private void keep(PartitionId id, Deque<Kept> known, Entry entry) {
        number++;
        known.addLast(new Kept(number, entry));
        oldestFirst.put(number, id);
        if (known.size() > OF_PARTITION_MAX) {
            drop(id);
        }
    }

    /** Forgets the oldest entry of a partition. */
    private void drop(PartitionId id) {
        Deque<Kept> known = Objects.requireNonNull(entries.get(id));
        oldestFirst.remove(known.removeFirst().number());
        if (known.isEmpty()) {
            entries.remove(id);
        }
    }

    private void forget(TopicId topic) {
        int count = image.topics()
                .withId(topic)
                .map(known -> known.partitions().size())
                .orElse(0);
        for (int partition = 0; partition < count; partition++) {
            Deque<Kept> known = entries.remove(new PartitionId(topic, partition));
            if (known != null) {
                known.forEach(kept -> oldestFirst.remove(kept.number()));
            }
        }
    }

    @Override
    public synchronized void loaded(MetadataImage loaded) {
        entries.clear();
        oldestFirst.clear();
        image = loaded;
    }

    /** What is known of a partition; empty when there is none. */
    public synchronized Optional<Found> find(String topic, int partition) {
        return image.topics()
                .named(topic)
                .flatMap(known -> known.partition(partition).map(state -> {
                    Deque<Kept> kept = entries.get(new PartitionId(known.id(), partition));
                    return new Found(
                            image,
                            kept == null
                                    ? List.of(new Entry(image.revision(), 0, "", state, false))
                                    : kept.stream().map(Kept::entry).toList());
                }));
    }
}
