package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchEvent;
import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One partition as the application's thread sees it: its position, and the region that is being read. */
final class AssignedPartition {
    /** No position is known yet. */
    static final long NOWHERE = -1;

    /** The leader epoch of the record before the position is not known. */
    static final int NO_EPOCH = -1;

    private final GroupPartition identity;
    private final TopicPartition name;
    private final long generation;
    private final boolean checkCrcs;
    private long position;
    private int lastEpoch = NO_EPOCH;
    /** The offset that was last handed to a commit that did not fail, {@link #NOWHERE} where there was none. */
    private long submitted = NOWHERE;

    private boolean paused;
    /** It is about to be given up: nothing of it is returned any more. */
    private boolean leaving;
    /** Fetched while it was paused, oldest first. */
    private final Deque<FetchEvent.Region> held = new ArrayDeque<>();

    private long heldBytes;
    /** What was fetched was dropped while it was paused: fetching must begin anew. */
    private boolean dropped;

    private FetchEvent.@Nullable Region region;
    private int at;
    private @Nullable BatchView batch;
    private @Nullable RecordReader records;

    AssignedPartition(GroupPartition identity, long generation, long position, boolean checkCrcs) {
        this.identity = identity;
        this.name = new TopicPartition(identity.name().topic(), identity.name().partition());
        this.generation = generation;
        this.position = position;
        this.checkCrcs = checkCrcs;
    }

    TopicPartition name() {
        return name;
    }

    /** With the life of its topic where a group says which one is meant. */
    GroupPartition identity() {
        return identity;
    }

    long generation() {
        return generation;
    }

    long position() {
        return position;
    }

    /** Leader epoch of the last record before the position, {@link #NO_EPOCH} where that is not known. */
    int lastEpoch() {
        return lastEpoch;
    }

    void moveTo(long offset, int epoch) {
        position = offset;
        lastEpoch = epoch;
    }

    /** Whether its position was moved since it was last committed. */
    boolean hasNews() {
        return position != NOWHERE && position != submitted;
    }

    void submitted(long offset) {
        submitted = offset;
    }

    boolean isPaused() {
        return paused;
    }

    void pause(boolean now) {
        paused = now;
    }

    boolean isLeaving() {
        return leaving;
    }

    void leave() {
        leaving = true;
    }

    /** Keeps a region for later. */
    void hold(FetchEvent.Region fetched) {
        held.add(fetched);
        heldBytes += fetched.sizeBytes();
    }

    /** Bytes of what is kept. */
    long heldBytes() {
        return heldBytes;
    }

    /** What was kept, oldest first; nothing is any more. */
    List<FetchEvent.Region> release() {
        List<FetchEvent.Region> all = List.copyOf(held);
        held.clear();
        heldBytes = 0;
        return all;
    }

    boolean isDropped() {
        return dropped;
    }

    void drop() {
        dropped = true;
    }

    /** Starts reading a region, unless it is the one that is being read; the one before must have been read. */
    void open(FetchEvent.Region fetched) {
        if (region == fetched) {
            return;
        }
        region = fetched;
        at = fetched.batches().position();
        batch = null;
        records = null;
    }

    /**
     * Adds records to {@code target} until it has {@code max}; answers whether the region is read to its end.
     *
     * @throws io.flotilla.model.error.FlotillaException CORRUPT_MESSAGE; the position stays before the bad batch
     */
    boolean read(List<ConsumerRecord> target, int max) {
        FetchEvent.Region current = region;
        if (current == null) {
            return true;
        }
        try {
            while (target.size() < max) {
                if (!readNext(current.batches(), target)) {
                    region = null;
                    return true;
                }
            }
            return false;
        } catch (CorruptBatchException e) {
            throw corrupt(e.defect());
        }
    }

    /** Adds the next record; false at the end of the region. */
    private boolean readNext(ByteBuffer batches, List<ConsumerRecord> target) {
        while (true) {
            RecordReader reader = records;
            BatchView current = batch;
            if (reader != null && current != null) {
                while (reader.next()) {
                    if (reader.offset() >= position) {
                        target.add(record(reader, current));
                        position = reader.offset() + 1;
                        lastEpoch = current.leaderEpoch();
                        return true;
                    }
                }
                passed(current);
            }
            if (at >= batches.limit()) {
                return false;
            }
            nextBatch(batches);
        }
    }

    private void nextBatch(ByteBuffer batches) {
        BatchDefect defect = checkCrcs
                ? BatchCheck.stored(batches, at, batches.limit())
                : BatchCheck.prefix(batches, at, batches.limit(), batches.limit() - at);
        if (defect != null) {
            throw corrupt(defect);
        }
        BatchView next = BatchView.at(batches, at);
        at = next.end();
        batch = next;
        records = null;
        if (next.isControl() || next.nextOffset() <= position) {
            passed(next);
        } else {
            records = RecordReader.of(next);
        }
    }

    private void passed(BatchView read) {
        if (read.nextOffset() > position) {
            position = read.nextOffset();
            lastEpoch = read.leaderEpoch();
        }
    }

    private ConsumerRecord record(RecordReader reader, BatchView from) {
        return new ConsumerRecord(
                name,
                reader.offset(),
                reader.timestampMs(),
                from.leaderEpoch(),
                reader.keyBytes(),
                reader.valueBytes(),
                reader.headers());
    }

    private RuntimeException corrupt(BatchDefect defect) {
        return FlotillaError.notApplied(
                        ErrorCode.CORRUPT_MESSAGE,
                        name + ": the batch at offset " + position + " is damaged: " + defect)
                .exception();
    }
}
