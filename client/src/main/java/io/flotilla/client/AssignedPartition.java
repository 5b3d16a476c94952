package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchEvent;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordReader;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One partition as the application's thread sees it: its position, and the region that is being read. */
final class AssignedPartition {
    /** No position is known yet. */
    static final long NOWHERE = -1;

    private final TopicPartition name;
    private final long generation;
    private final boolean checkCrcs;
    private long position;
    private FetchEvent.@Nullable Region region;
    private int at;
    private @Nullable BatchView batch;
    private @Nullable RecordReader records;

    AssignedPartition(TopicPartition name, long generation, long position, boolean checkCrcs) {
        this.name = name;
        this.generation = generation;
        this.position = position;
        this.checkCrcs = checkCrcs;
    }

    TopicPartition name() {
        return name;
    }

    long generation() {
        return generation;
    }

    long position() {
        return position;
    }

    void moveTo(long offset) {
        position = offset;
    }

    /** Starts reading a region; the one before must have been read. */
    void open(FetchEvent.Region fetched) {
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
                        return true;
                    }
                }
                position = Math.max(position, current.nextOffset());
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
            position = Math.max(position, next.nextOffset());
        } else {
            records = RecordReader.of(next);
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
