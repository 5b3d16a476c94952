package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.AppendCallback;
import io.flotilla.broker.partition.AppendResult;
import io.flotilla.broker.partition.LogBounds;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.Durability;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The log of a shard, whose commits and refusals the test decides. What was appended outlives those who read it. */
public final class ScriptedLog implements ShardLog {
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Stored(long baseOffset, byte[] bytes) {}

    private record Pending(long baseOffset, long endOffset, AppendCallback callback) {}

    private record Read(long offset, Reply<CommittedBatches> reply) {}

    private final List<Stored> stored = new ArrayList<>();
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final ArrayDeque<Read> reads = new ArrayDeque<>();
    private final List<Reply<Long>> unconfirmed = new ArrayList<>();
    private boolean isolated;
    private long end;
    private long highWatermark;
    private boolean held;
    private Optional<FlotillaError> refusal = Optional.empty();
    private Optional<FlotillaError> boundsRefusal = Optional.empty();
    private int appends;
    private int readsMade;

    // ---- what the test decides -----------------------------------------------------------------------------------

    /** Nothing is committed until {@link #commits}. */
    public ScriptedLog holdsCommits() {
        held = true;
        return this;
    }

    public ScriptedLog commits() {
        held = false;
        highWatermark = end;
        while (!pending.isEmpty()) {
            complete(pending.remove());
        }
        List<Read> waiting = List.copyOf(reads);
        reads.clear();
        waiting.forEach(read -> read(read.offset(), read.reply()));
        return this;
    }

    /** Appends under way fail; what they wrote stays in the log or not. */
    void failsPending(FlotillaError error, boolean stays) {
        if (!stays) {
            pending.stream().mapToLong(Pending::baseOffset).min().ifPresent(from -> {
                stored.removeIf(batch -> batch.baseOffset() >= from);
                end = from;
            });
        }
        List<Pending> failed = List.copyOf(pending);
        pending.clear();
        failed.forEach(each -> each.callback().refused(error));
    }

    void refusesAppends(FlotillaError error) {
        refusal = Optional.of(error);
    }

    void takesAppends() {
        refusal = Optional.empty();
    }

    void refusesBounds(FlotillaError error) {
        boundsRefusal = Optional.of(error);
    }

    void answersBounds() {
        boundsRefusal = Optional.empty();
    }

    /** Nobody confirms that this leads, until {@link #isNotAloneAnyMore}. */
    void isIsolated() {
        isolated = true;
    }

    void isNotAloneAnyMore() {
        isolated = false;
        unconfirmed.forEach(reply -> reply.answer(highWatermark));
        unconfirmed.clear();
    }

    void isDeposed(FlotillaError error) {
        unconfirmed.forEach(reply -> reply.refuse(error));
        unconfirmed.clear();
    }

    /** Readers that wait get what there is. */
    void readsTimeOut() {
        List<Read> waiting = List.copyOf(reads);
        reads.clear();
        waiting.forEach(read -> answer(read.offset(), read.reply()));
    }

    /** The log lost its last records to compaction, but not its end. */
    void compactedFrom(long offset) {
        stored.removeIf(batch -> batch.baseOffset() >= offset);
    }

    int appends() {
        return appends;
    }

    int readsMade() {
        return readsMade;
    }

    long end() {
        return end;
    }

    // ---- the log -------------------------------------------------------------------------------------------------

    @Override
    public void findBounds(Reply<LogBounds> reply) {
        boundsRefusal.ifPresentOrElse(reply::refuse, () -> reply.answer(new LogBounds(0, end)));
    }

    @Override
    public void confirm(Reply<Long> reply) {
        if (isolated) {
            unconfirmed.add(reply);
        } else {
            reply.answer(highWatermark);
        }
    }

    @Override
    public void read(long offset, Reply<CommittedBatches> reply) {
        readsMade++;
        if (offset < highWatermark && stored.stream().anyMatch(batch -> batch.baseOffset() >= offset)) {
            answer(offset, reply);
        } else {
            reads.add(new Read(offset, reply));
        }
    }

    private void answer(long offset, Reply<CommittedBatches> reply) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long next = offset;
        for (Stored batch : stored) {
            if (batch.baseOffset() >= offset && batch.baseOffset() < highWatermark) {
                bytes.writeBytes(batch.bytes());
                next = BatchView.at(ByteBuffer.wrap(batch.bytes()), 0).nextOffset();
            }
        }
        reply.answer(new CommittedBatches(ByteBuffer.wrap(bytes.toByteArray()), next, highWatermark));
    }

    @Override
    public void append(ByteBuffer batches, AppendCallback callback) {
        appends++;
        if (refusal.isPresent()) {
            callback.consumed();
            callback.refused(refusal.get());
            return;
        }
        long base = end;
        for (BatchView batch : BatchRegion.of(batches)) {
            BatchPatch.assign(batch, end, 1, 0);
            byte[] bytes = new byte[batch.sizeBytes()];
            batches.duplicate().position(batch.position()).get(bytes);
            stored.add(new Stored(end, bytes));
            end = batch.nextOffset();
        }
        callback.consumed();
        pending.add(new Pending(base, end, callback));
        if (!held) {
            commits();
        }
    }

    private static void complete(Pending append) {
        append.callback()
                .appended(new AppendResult(
                        append.baseOffset(), append.endOffset() - 1, 1, 0, 0, Durability.SYNCED, false));
    }
}
