package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.GroupRecord;
import io.flotilla.broker.partition.AppendCallback;
import io.flotilla.broker.partition.AppendResult;
import io.flotilla.broker.partition.Loop;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.time.Clock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a shard has decided and not yet shown. One append is under way; what is decided meanwhile goes into the next, so
 * that commits of one moment cost one sync, and the log has no holes. A log that has no room at the moment is asked
 * again. What a decision shows waits until everything decided before it, and its own records, are committed (R18). Ends
 * with the first append that fails. Loop thread only.
 */
final class AppendQueue {
    private final ShardLog log;
    private final Loop loop;
    private final Clock clock;
    private final Limits limits;
    private final Consumer<FlotillaError> onFailure;

    private @Nullable Batch underWay;
    private Batch open;
    private boolean ended;

    /**
     * Bounds of what waits for its append.
     *
     * @param waitingMax decisions; more are to be refused
     * @param bytesMax of their records, likewise
     * @param batchBytes a batch of the log is closed once it has so many
     */
    record Limits(int waitingMax, int bytesMax, int batchBytes) {
        /** 10,000 decisions with 16 MiB of records, in batches of about 256 KiB. */
        static Limits defaults() {
            return new Limits(10_000, 16 << 20, 256 << 10);
        }
    }

    /** What is appended together, and what waits for it. */
    private static final class Batch {
        final RecordBatches records;
        /** Built once; the log gives it back unchanged when it had no room. */
        @Nullable
        ByteBuffer bytes;
        /** The log had no room for it, which is certain and soon over: it is appended again. */
        boolean hadNoRoom;

        final List<Waiting> waiting = new ArrayList<>();

        Batch(Limits limits) {
            this.records = new RecordBatches(limits.batchBytes());
        }
    }

    private record Waiting(boolean writes, Shown shown) {}

    /** @param onFailure hears on the loop of the append that failed; nothing is appended after it */
    AppendQueue(ShardLog log, Loop loop, Clock clock, Limits limits, Consumer<FlotillaError> onFailure) {
        this.clock = clock;
        this.log = log;
        this.loop = loop;
        this.limits = limits;
        this.onFailure = onFailure;
        this.open = new Batch(limits);
    }

    /** Whether more decisions must be refused. */
    boolean isFull() {
        int waiting = open.waiting.size() + (underWay == null ? 0 : underWay.waiting.size());
        return waiting >= limits.waitingMax() || open.records.sizeBytes() >= limits.bytesMax();
    }

    /** Whether all that was decided is committed and shown. */
    boolean isEmpty() {
        return underWay == null && open.records.isEmpty();
    }

    /** Whether {@link #flush} has something to do although nothing new was decided. */
    boolean wantsRetry() {
        return underWay != null && underWay.hadNoRoom;
    }

    /** Takes a decision: its records, in order, none for one that only looks, and what it shows. */
    void add(List<GroupRecord> records, Shown shown) {
        if (!records.isEmpty()) {
            open.records.add(records, clock.wallMs());
            open.waiting.add(new Waiting(true, shown));
        } else if (!open.records.isEmpty()) {
            open.waiting.add(new Waiting(false, shown));
        } else if (underWay != null) {
            underWay.waiting.add(new Waiting(false, shown));
        } else {
            shown.show();
        }
    }

    /** Appends what waits, unless an append is under way; at the end of a turn. */
    void flush() {
        if (ended) {
            return;
        }
        if (underWay == null && !open.records.isEmpty()) {
            underWay = open;
            open = new Batch(limits);
            append(underWay, underWay.records.build());
        } else if (underWay != null && underWay.hadNoRoom && underWay.bytes != null) {
            append(underWay, underWay.bytes);
        }
    }

    private void append(Batch batch, ByteBuffer bytes) {
        batch.bytes = bytes;
        batch.hadNoRoom = false;
        log.append(bytes, new AppendCallback() {
            @Override
            public void appended(AppendResult result) {
                loop.execute(() -> committed(batch));
            }

            @Override
            public void refused(FlotillaError error) {
                loop.execute(() -> failed(batch, error));
            }
        });
    }

    /**
     * Ends: what was not handed to the log fails for certain, what was hears its outcome when the log tells it.
     *
     * @param reason why nothing more is decided; its outcome is that nothing was applied
     */
    void end(FlotillaError reason) {
        ended = true;
        if (underWay != null && underWay.hadNoRoom) {
            drop(underWay, reason);
            underWay = null;
        }
        Batch dropped = open;
        open = new Batch(limits);
        drop(dropped, reason);
    }

    private static void drop(Batch batch, FlotillaError reason) {
        batch.waiting.forEach(each -> each.shown().fail(reason));
    }

    private void committed(Batch batch) {
        underWay = null;
        batch.waiting.forEach(each -> each.shown().show());
        if (!ended) {
            flush();
        }
    }

    private void failed(Batch batch, FlotillaError error) {
        if (error.code() == ErrorCode.OVERLOADED && error.outcome() == Outcome.NOT_APPLIED && !ended) {
            batch.hadNoRoom = true;
            return;
        }
        underWay = null;
        for (Waiting each : batch.waiting) {
            each.shown().fail(each.writes() ? error : notApplied(error));
        }
        if (!ended) {
            onFailure.accept(error);
        }
    }

    /** For what only looks: it has no effect, whatever became of what it would have shown. */
    static FlotillaError notApplied(FlotillaError error) {
        return new FlotillaError(
                error.code(), error.message(), Outcome.NOT_APPLIED, error.leader(), error.retryAfterMs());
    }
}
