package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.fetch.FetchEvent.Failure;
import io.flotilla.client.internal.fetch.FetchSettings.ResetPolicy;
import io.flotilla.client.internal.fetch.FetchTransport.FetchAnswer;
import io.flotilla.client.internal.fetch.FetchTransport.FoundOffset;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetQuestion;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetSpec;
import io.flotilla.client.internal.routing.Location;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchDefect;
import io.flotilla.model.record.BatchView;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps positions true to the log: finds missing ones by the reset policy, and when the leader changes asks it where
 * the epoch that was last read has ended (KIP-320). A position moves by itself only with that proof of truncation, or
 * when the log holds its offset no more. Owned by the client's loop.
 */
final class PositionCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PositionCheck.class);
    private static final long ATTEMPT_TIMEOUT_MS = 5_000;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long SEARCH_MS = Integer.MAX_VALUE;

    private final FetchSettings settings;
    private final MetadataFollower metadata;
    private final FetchTransport transport;
    private final OffsetLookup lookup;
    private final Reports reports;

    /** Passes events on, unless the cursor has been replaced. */
    interface Reports {
        void tell(Cursor cursor, FetchEvent event);
    }

    PositionCheck(
            FetchSettings settings,
            MetadataFollower metadata,
            FetchTransport transport,
            OffsetLookup lookup,
            Reports reports) {
        this.settings = settings;
        this.metadata = metadata;
        this.transport = transport;
        this.lookup = lookup;
        this.reports = reports;
    }

    /** Whether the cursor may fetch from this leader now; if not, it asks what it must know first. */
    boolean isSound(Cursor cursor, Location where) {
        if (cursor.offset == Cursor.NOWHERE) {
            reset(cursor, "no position is known");
            return false;
        }
        if (cursor.lastEpoch != Cursor.NO_EPOCH && where.leaderEpoch() > cursor.checkedEpoch) {
            check(cursor, where);
            return false;
        }
        return true;
    }

    private void reset(Cursor cursor, String why) {
        if (settings.reset() == ResetPolicy.NONE) {
            fail(
                    cursor,
                    FlotillaError.notApplied(
                            ErrorCode.OFFSET_OUT_OF_RANGE,
                            cursor.partition + ": " + why + ", and auto.offset.reset is none: seek"));
            return;
        }
        find(cursor, settings.reset() == ResetPolicy.EARLIEST ? OffsetSpec.EARLIEST : OffsetSpec.LATEST);
    }

    /** Moves the cursor to the partition's first or next offset. */
    void find(Cursor cursor, OffsetSpec where) {
        cursor.asking = true;
        cursor.offset = Cursor.NOWHERE;
        cursor.lastEpoch = Cursor.NO_EPOCH;
        lookup.ask(cursor.partition, new OffsetQuestion(where, 0), SEARCH_MS, new FetchTransport.OffsetListener() {
            @Override
            public void found(FoundOffset found) {
                cursor.asking = false;
                move(cursor, found.offset());
            }

            @Override
            public void failed(FlotillaError error) {
                cursor.asking = false;
                if (cursor.pinned && error.code() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
                    cursor.pauseNanos = RETRY_NANOS;
                } else {
                    fail(cursor, error);
                }
            }
        });
    }

    private void move(Cursor cursor, long offset) {
        cursor.offset = offset;
        cursor.outOfRange = false;
        reports.tell(cursor, new FetchEvent.Positioned(cursor.partition, cursor.generation, offset, cursor.lastEpoch));
    }

    private void check(Cursor cursor, Location where) {
        cursor.asking = true;
        transport.endOfEpoch(where, cursor.lastEpoch, ATTEMPT_TIMEOUT_MS, new FetchTransport.EpochListener() {
            @Override
            public void ended(long endOffset) {
                cursor.asking = false;
                cursor.checkedEpoch = where.leaderEpoch();
                if (endOffset >= 0 && endOffset < cursor.offset) {
                    truncated(cursor, endOffset);
                }
            }

            @Override
            public void failed(FlotillaError error) {
                cursor.asking = false;
                cursor.pauseNanos = RETRY_NANOS;
                error.leader().ifPresent(hint -> metadata.hint(where.topic(), where.partition(), hint));
                if (!error.code().retriable()) {
                    fail(cursor, error);
                }
            }
        });
    }

    private void truncated(Cursor cursor, long endOffset) {
        String what = cursor.partition + " was truncated to " + endOffset + ", below the position " + cursor.offset;
        if (settings.reset() == ResetPolicy.NONE) {
            cursor.failed = true;
            FlotillaError error = FlotillaError.notApplied(
                    ErrorCode.OFFSET_OUT_OF_RANGE, what + ", and auto.offset.reset is none: seek");
            reports.tell(
                    cursor, new FetchEvent.Failed(cursor.partition, cursor.generation, new Failure(error, endOffset)));
            return;
        }
        LOG.warn("{}; consuming goes on from there", what);
        cursor.lastEpoch = Cursor.NO_EPOCH;
        move(cursor, endOffset);
    }

    /** The leader does not hold the offset: the end of the log may be lost, else the policy says what to do. */
    void outOfRange(Cursor cursor, FlotillaError error) {
        if (cursor.lastEpoch != Cursor.NO_EPOCH && !cursor.outOfRange) {
            cursor.outOfRange = true;
            cursor.checkedEpoch = Cursor.NO_EPOCH;
            return;
        }
        LOG.warn("{}: {}; auto.offset.reset is {}", cursor.partition, error.message(), settings.reset());
        reset(cursor, "offset " + cursor.offset + " is not in the log");
    }

    /** Takes batches: moves the cursor behind them and passes them on. */
    void accept(Cursor cursor, FetchAnswer answer) {
        ByteBuffer batches = answer.batches();
        long next = cursor.offset;
        int epoch = cursor.lastEpoch;
        int at = batches.position();
        while (at < batches.limit()) {
            BatchDefect defect = BatchCheck.prefix(batches, at, batches.limit(), batches.limit() - at);
            if (defect != null) {
                fail(cursor, corrupt(cursor, defect));
                return;
            }
            BatchView batch = BatchView.at(batches, at);
            next = Math.max(next, batch.nextOffset());
            epoch = batch.leaderEpoch();
            at = batch.end();
        }
        cursor.offset = next;
        cursor.caughtUp = next >= answer.highWatermark();
        cursor.lastEpoch = epoch;
        cursor.bufferedBytes += batches.remaining();
        reports.tell(
                cursor,
                new FetchEvent.Region(
                        cursor.partition,
                        cursor.generation,
                        Objects.requireNonNull(cursor.topic, "read from no topic"),
                        batches,
                        answer.highWatermark()));
    }

    private static FlotillaError corrupt(Cursor cursor, BatchDefect defect) {
        return FlotillaError.notApplied(
                ErrorCode.CORRUPT_MESSAGE,
                cursor.partition + ": what the leader sent from offset " + cursor.offset + " on is no batch: "
                        + defect);
    }

    /** Stops the cursor until the application seeks. */
    void fail(Cursor cursor, FlotillaError error) {
        cursor.failed = true;
        reports.tell(
                cursor,
                new FetchEvent.Failed(cursor.partition, cursor.generation, new Failure(error, Failure.NOT_TRUNCATED)));
    }
}
