package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.LogBounds;
import io.flotilla.broker.partition.Loop;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordReader;

/**
 * Reads a shard's log from its start to the end that it has when this begins, and hands on every record. Ends when all
 * of that is committed and was handed on: whoever leads alone writes this log, so nothing that it holds is to be
 * decided on before it is certain to stay (R18). Loop thread only.
 */
final class LogReplay {
    private final ShardLog log;
    private final Loop loop;
    private final Listener listener;
    private long end = -1;
    private long next;
    private long records;
    private boolean cancelled;

    /** Hears what is read, on the loop. */
    interface Listener {
        /** One record; its key and value are valid during the call. */
        void onRecord(RecordReader record);

        /** Some part is done. */
        void onProgress(LogReplay progress);

        /** All is read and committed. */
        void onEnd(LogReplay done);

        /** Nothing more comes; the reason may be gone soon. */
        void onFailure(FlotillaError reason);
    }

    LogReplay(ShardLog log, Loop loop, Listener listener) {
        this.log = log;
        this.loop = loop;
        this.listener = listener;
    }

    void begin() {
        log.findBounds(new OnLoop<>() {
            @Override
            void take(LogBounds bounds) {
                next = bounds.logStart();
                end = bounds.logEnd();
                goOn();
            }
        });
    }

    /** The listener hears nothing more. */
    void cancel() {
        cancelled = true;
    }

    /** Records handed on. */
    long records() {
        return records;
    }

    /** Where it reads next. */
    long nextOffset() {
        return next;
    }

    /** Where it ends, -1 before that is known. */
    long endOffset() {
        return end;
    }

    private void goOn() {
        if (next >= end) {
            listener.onEnd(this);
            return;
        }
        log.read(next, new OnLoop<>() {
            @Override
            void take(CommittedBatches read) {
                replay(read);
            }
        });
    }

    private void replay(CommittedBatches read) {
        try {
            for (BatchView batch : BatchRegion.of(read.batches())) {
                replay(batch);
            }
        } catch (CorruptBatchException | IllegalArgumentException e) {
            listener.onFailure(FlotillaError.notApplied(
                    ErrorCode.KAFKA_STORAGE_ERROR, "a batch at offset " + next + " cannot be read: " + e.getMessage()));
            return;
        }
        boolean nothingLeft = !read.batches().hasRemaining() && read.highWatermark() >= end; // compaction took the rest
        next = nothingLeft ? end : read.nextOffset();
        listener.onProgress(this);
        goOn();
    }

    private void replay(BatchView batch) {
        RecordReader reader = RecordReader.of(batch);
        while (reader.next()) {
            if (reader.offset() >= next) {
                records++;
                listener.onRecord(reader);
            }
        }
    }

    /** Takes an answer to the loop, unless nobody wants it any more. */
    private abstract class OnLoop<T> implements Reply<T> {
        abstract void take(T answer);

        @Override
        public void answer(T answer) {
            loop.execute(() -> {
                if (!cancelled) {
                    take(answer);
                }
            });
        }

        @Override
        public void refuse(FlotillaError error) {
            loop.execute(() -> {
                if (!cancelled) {
                    listener.onFailure(error);
                }
            });
        }
    }
}
