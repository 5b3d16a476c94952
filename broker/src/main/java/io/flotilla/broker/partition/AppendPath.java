package io.flotilla.broker.partition;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.isr.WriteVerdict;
import io.flotilla.broker.log.AppendedRange;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.SequenceVerdict;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchPatch;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.CorruptBatchException;
import io.flotilla.model.record.RecordReader;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does with batches before and when it appends them: every refusal here is certain not to have been
 * applied. Loop thread only; ends with the leadership.
 */
final class AppendPath {
    private final Site site;
    private final LeaderState leader;
    private final PendingAcks acks;

    AppendPath(Site site, LeaderState leader, PendingAcks acks) {
        this.site = site;
        this.leader = leader;
        this.acks = acks;
    }

    void append(AppendRequest request, AppendCallback callback) {
        long nowNanos = site.nowNanos();
        FlotillaError error = refusal(request, nowNanos);
        SequenceVerdict verdict = SequenceVerdict.ACCEPT;
        BatchRegion region = BatchRegion.of(request.batches());
        if (error == null) {
            error = defect(request);
        }
        if (error == null) {
            verdict = site.log().producers().check(region, site.ports().clock().wallMs());
            error = sequenceRefusal(verdict, request);
        }
        if (error != null) {
            if (error.code() != ErrorCode.UNKNOWN_PRODUCER_ID) { // which stays what it is when it is repeated
                site.refused().note(request.batches());
            }
            callback.consumed();
            answer(request, callback, error);
        } else if (verdict instanceof SequenceVerdict.Duplicate duplicate) {
            callback.consumed();
            waitFor(request, callback, result(duplicate.baseOffset(), duplicate.lastOffset(), -1, true));
        } else {
            write(request, callback);
        }
    }

    private void write(AppendRequest request, AppendCallback callback) {
        long appendTimeMs = site.ports().clock().wallMs();
        if (site.bounds().log().appendTimes()) { // the checksum that the producer made was right until now
            BatchRegion.of(request.batches()).forEach(batch -> BatchPatch.stampAppendTime(batch, appendTimeMs));
        }
        AppendedRange range;
        boolean begun = false;
        try {
            site.log().checkOnline();
            begun = true;
            range = site.log().appendAsLeader(request.batches(), leader.leaderEpoch(), appendTimeMs);
        } catch (DiskException failure) {
            callback.consumed();
            Outcome outcome = begun ? afterFailedWrite(request, failure) : Outcome.NOT_APPLIED;
            if (outcome == Outcome.NOT_APPLIED) {
                site.refused().note(request.batches());
            }
            answer(request, callback, site.refusals().storage(outcome, failure));
            if (!failure.isFull()) {
                throw failure;
            }
            return;
        }
        site.space().onAppended(range.bytes());
        leader.onAppended(range.nextOffset(), site.nowNanos());
        site.touch();
        callback.consumed();
        waitFor(request, callback, result(range.baseOffset(), range.lastOffset(), appendTimeMs, false));
    }

    /**
     * What a failed write wrote was cut off again, but no sync has made the cut durable: a crash may bring it back, and
     * recovery believes every whole batch. Of one batch that did not fit, no whole one can be there.
     */
    private static Outcome afterFailedWrite(AppendRequest request, DiskException failure) {
        BatchRegion region = BatchRegion.of(request.batches());
        boolean oneBatch = region.iterator().next().sizeBytes() == region.sizeBytes();
        return oneBatch && failure.isFull() ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
    }

    private void waitFor(AppendRequest request, AppendCallback callback, AppendResult result) {
        if (request.acks() != Acks.NONE) {
            acks.add(request.acks(), request.context().deadlineNanos(), result, callback);
            site.touch();
        }
    }

    private @Nullable FlotillaError refusal(AppendRequest request, long nowNanos) {
        Refusals refusals = site.refusals();
        if (request.context().expired(nowNanos)) {
            return refusals.expired();
        }
        FlotillaError epoch = refusals.epoch(request.leaderEpoch(), leader.leaderEpoch());
        if (epoch != null) {
            return epoch;
        }
        WriteVerdict verdict = leader.mayWrite(nowNanos, site.ports().contacts());
        return switch (verdict) {
            case DEPOSED -> refusals.deposed(leader.leaderEpoch());
            case ISOLATED -> refusals.isolated();
            case DRAINING -> refusals.draining();
            case WRITABLE -> {
                LogDamage damage = site.log().damage();
                if (damage != null) {
                    yield refusals.damaged(damage);
                }
                yield acks.isFull()
                        ? refusals.overloaded(
                                "unacknowledged appends", site.settings().pendingAcksMax())
                        : null;
            }
        };
    }

    private @Nullable FlotillaError defect(AppendRequest request) {
        if (!request.batches().hasRemaining()) {
            return site.refusals().noBatches();
        }
        BatchDefect defect = BatchCheck.producedRegion(request.batches());
        if (defect != null) {
            return site.refusals().defect(defect);
        }
        int limit = site.bounds().maxMessageBytes();
        for (BatchView batch : BatchRegion.of(request.batches())) {
            if (batch.sizeBytes() > limit) {
                return site.refusals().tooLarge(batch.sizeBytes(), limit);
            }
        }
        return site.log().compaction().isWanted() ? keyless(request) : null;
    }

    /**
     * A record without a key has no place in a compacted log. The batches are read for that, each into no more than the
     * bytes that it announces, as all readers do.
     */
    private @Nullable FlotillaError keyless(AppendRequest request) {
        try {
            for (BatchView batch : BatchRegion.of(request.batches())) {
                RecordReader records = RecordReader.of(batch);
                for (int number = 0; records.next(); number++) {
                    if (!records.hasKey()) {
                        return site.refusals().withoutKey(number);
                    }
                }
            }
            return null;
        } catch (CorruptBatchException e) {
            return site.refusals().defect(e.defect());
        }
    }

    /**
     * A duplicate passes even below min ISR, or without space: nothing is appended for it, and its original may long be
     * committed.
     */
    private @Nullable FlotillaError sequenceRefusal(SequenceVerdict verdict, AppendRequest request) {
        if (verdict instanceof SequenceVerdict.Duplicate) {
            return null;
        }
        if (verdict instanceof SequenceVerdict.UnknownProducer unknown
                && site.refused().contains(unknown.producerId())) {
            return site.refusals()
                    .sequence(new SequenceVerdict.OutOfOrder(unknown.producerId(), 0, unknown.baseSequence()));
        }
        if (!(verdict instanceof SequenceVerdict.Accept)) {
            return site.refusals().sequence(verdict);
        }
        if (!site.space().takesRecords()) {
            return site.refusals().noSpace(site.space().shortage());
        }
        boolean tooFew = request.acks() == Acks.ALL && leader.committed().belowMinIsr();
        return tooFew ? site.refusals().notEnoughReplicas(leader.committed()) : null;
    }

    private static void answer(AppendRequest request, AppendCallback callback, FlotillaError error) {
        if (request.acks() != Acks.NONE) {
            callback.refused(error);
        }
    }

    private AppendResult result(long baseOffset, long lastOffset, long appendTimeMs, boolean duplicate) {
        return new AppendResult(
                baseOffset,
                lastOffset,
                leader.leaderEpoch(),
                appendTimeMs,
                site.log().logStart(),
                site.durability(),
                duplicate);
    }
}
