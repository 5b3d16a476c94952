package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.fetch.FetchLinks.Flight;
import io.flotilla.client.internal.fetch.FetchTransport.FetchAnswer;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetSpec;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.ClusterView;
import io.flotilla.client.internal.routing.Location;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The consuming core: fetches ahead for each assigned partition from its leader, within the bounds of the buffer. Owned
 * by the client's loop, which calls {@link #advance}.
 */
public final class Fetcher implements FetchLinks.Reader {
    private static final long DOUBT_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int IDLE_READ_BYTES = 16 << 10;
    private static final long NEVER = Long.MAX_VALUE;
    private static final Comparator<PartitionName> ORDER =
            Comparator.comparing(PartitionName::topic).thenComparingInt(PartitionName::partition);

    private final FetchSettings settings;
    private final MetadataFollower metadata;
    private final FetchBuffer buffer;
    private final FetchLinks links;
    private final OffsetLookup lookup;
    private final PositionCheck positions;
    private final Backoff backoff;
    private final Map<PartitionName, Cursor> cursors = new TreeMap<>(ORDER);
    /** Rotates which partition may use the buffer first. */
    private int turn;

    private boolean leaderMissing;
    /** The last answer said that the partition is led elsewhere, or in another epoch. */
    private boolean misrouted;

    private long committed;

    /** What the fetcher talks to. */
    public record Ports(
            MetadataFollower metadata,
            FetchTransport transport,
            FetchBuffer buffer,
            OffsetLookup lookup,
            RandomGenerator random) {}

    public Fetcher(FetchSettings settings, Ports ports) {
        this.settings = settings;
        this.metadata = ports.metadata();
        this.buffer = ports.buffer();
        this.lookup = ports.lookup();
        this.links = new FetchLinks(ports.transport(), this, settings, ports.random());
        this.backoff = new Backoff(settings.pauses().retries(), ports.random());
        this.positions = new PositionCheck(settings, metadata, ports.transport(), lookup, this::tell);
    }

    /** Starts or restarts a partition at an offset; {@link Cursor#NOWHERE} lets the reset policy find one. */
    public void assign(PartitionName partition, long generation, long offset) {
        metadata.follow(partition.topic());
        cursors.put(partition, new Cursor(partition, generation, offset));
    }

    /** Starts or restarts a partition at its first or its next offset. */
    public void assign(PartitionName partition, long generation, OffsetSpec where) {
        assign(partition, generation, Cursor.NOWHERE);
        positions.find(cursor(partition), where);
    }

    /**
     * Starts or restarts a partition whose place {@link #place} or {@link #fail} will tell.
     *
     * @param topic which life of the topic is meant, null for whichever there is
     */
    public void await(PartitionName partition, long generation, @Nullable TopicId topic) {
        assign(partition, generation, Cursor.NOWHERE);
        cursor(partition).asking = true;
        pin(partition, topic);
    }

    /**
     * Tells where an awaited partition starts, unless it was restarted meanwhile.
     *
     * @param offset {@link Cursor#NOWHERE} lets the reset policy find one
     * @param lastEpoch leader epoch of the record before it, {@link Cursor#NO_EPOCH} where that is not known
     */
    public void place(PartitionName partition, long generation, long offset, int lastEpoch) {
        Cursor cursor = cursors.get(partition);
        if (cursor != null && cursor.generation == generation) {
            cursor.asking = false;
            cursor.lastEpoch = lastEpoch;
            if (offset != Cursor.NOWHERE) {
                cursor.offset = offset;
                tell(cursor, new FetchEvent.Positioned(partition, generation, offset, lastEpoch));
            }
        }
    }

    /** Tells that nobody knows where an awaited partition starts, unless it was restarted meanwhile. */
    public void fail(PartitionName partition, long generation, FlotillaError error) {
        Cursor cursor = cursors.get(partition);
        if (cursor != null && cursor.generation == generation) {
            cursor.asking = false;
            positions.fail(cursor, error);
        }
    }

    /** Says which life of the topic is meant: fetching waits until there is that one. */
    public void pin(PartitionName partition, @Nullable TopicId topic) {
        Cursor cursor = cursor(partition);
        if (topic != null) {
            cursor.topic = topic;
            cursor.pinned = true;
        }
    }

    /** Stops fetching more of a partition, or goes on. */
    public void pause(PartitionName partition, boolean paused) {
        Cursor cursor = cursors.get(partition);
        if (cursor != null) {
            cursor.paused = paused;
        }
    }

    private Cursor cursor(PartitionName partition) {
        Cursor cursor = cursors.get(partition);
        if (cursor == null) {
            throw new IllegalStateException(partition + " is not assigned");
        }
        return cursor;
    }

    public void unassign(PartitionName partition) {
        cursors.remove(partition);
    }

    /** Tells that the application has consumed a region, so that more may be fetched. */
    public void consumed(FetchEvent.Region region) {
        Cursor cursor = cursors.get(region.partition());
        if (cursor != null && cursor.generation == region.generation()) {
            cursor.bufferedBytes -= region.sizeBytes();
        }
    }

    /** Does everything that is due; answers nanoseconds until the next timed work. */
    public long advance(long now) {
        long wait = metadata.advance(now);
        links.breakOverdue(now, patienceNanos(settings.requestTimeoutMs()));
        leaderMissing = false;
        committed = committedBytes();
        Cursor[] all = cursors.values().toArray(Cursor[]::new);
        int first = all.length == 0 ? 0 : Math.floorMod(turn++, all.length);
        for (int i = 0; i < all.length; i++) {
            wait = Math.min(wait, advance(all[(first + i) % all.length], now));
        }
        wait = Math.min(wait, lookup.advance(now));
        return Math.min(wait, doubt(now));
    }

    private long patienceNanos(long extraMs) {
        return TimeUnit.MILLISECONDS.toNanos(settings.waitMsMax() + extraMs);
    }

    private long advance(Cursor cursor, long now) {
        ClusterView view = metadata.view();
        if (cursor.failed || (cursor.flight != null && cursor.locatedIn == view)) { // of many, most only wait
            return NEVER;
        }
        Location where = view.locate(cursor.partition);
        if (where == null) {
            return missing(cursor, now);
        }
        cursor.locatedIn = view;
        cursor.missingSinceNanos = NEVER;
        Flight flight = cursor.flight;
        if (flight != null && where.leaderEpoch() > flight.where().leaderEpoch()) {
            cursor.flight = null;
            cursor.notBeforeNanos = Long.MIN_VALUE;
        }
        if (cursor.pauseNanos > 0) {
            cursor.notBeforeNanos = now + cursor.pauseNanos;
            cursor.pauseNanos = 0;
        }
        if (cursor.isBusy()) {
            return NEVER;
        }
        if (now < cursor.notBeforeNanos) {
            return cursor.notBeforeNanos - now;
        }
        if (cursor.topic != null && !cursor.topic.equals(where.topic())) {
            if (cursor.pinned) {
                return NEVER;
            }
            positions.fail(cursor, anotherTopic(cursor));
            return NEVER;
        }
        return positions.isSound(cursor, where) && !cursor.paused && hasRoom(cursor)
                ? fetch(cursor, where, now)
                : NEVER;
    }

    private static FlotillaError anotherTopic(Cursor cursor) {
        return FlotillaError.notApplied(
                ErrorCode.UNKNOWN_TOPIC_ID,
                "topic " + cursor.partition.topic() + " was deleted and created anew; the position " + cursor.offset
                        + " in " + cursor.partition + " means nothing in it: seek");
    }

    private long missing(Cursor cursor, long now) {
        leaderMissing = true;
        if (!metadata.isComplete() || metadata.view().has(cursor.partition) || cursor.pinned) {
            return NEVER;
        }
        if (cursor.missingSinceNanos == NEVER) {
            cursor.missingSinceNanos = now;
        }
        long left = cursor.missingSinceNanos + OffsetLookup.UNKNOWN_PARTITION_GRACE_NANOS - now;
        if (left <= 0) {
            positions.fail(
                    cursor,
                    FlotillaError.notApplied(
                            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "partition " + cursor.partition + " does not exist"));
            return NEVER;
        }
        return left;
    }

    /** Bytes that are buffered, or may come with the answers to reads on their way. */
    private long committedBytes() {
        long bytes = 0;
        for (Cursor cursor : cursors.values()) {
            bytes += cursor.bufferedBytes + (cursor.flight == null ? 0 : cursor.readBytes);
        }
        return bytes;
    }

    /** A reader at the end expects little, so that many idle partitions can wait for records at once. */
    private int readBytes(Cursor cursor) {
        int most = settings.sizes().readMax();
        return cursor.caughtUp ? Math.min(most, IDLE_READ_BYTES) : most;
    }

    private boolean hasRoom(Cursor cursor) {
        FetchSettings.Sizes sizes = settings.sizes();
        boolean ownRoom = cursor.bufferedBytes < 2L * sizes.readMax();
        return ownRoom && (committed == 0 || committed + readBytes(cursor) <= sizes.bufferMax());
    }

    private long fetch(Cursor cursor, Location where, long now) {
        cursor.topic = where.topic();
        cursor.readBytes = readBytes(cursor);
        cursor.flight = links.read(cursor, where, now);
        if (cursor.flight != null) {
            committed += cursor.readBytes;
        } else {
            leaderMissing = true;
            return links.pauseLeftNanos(where.leader(), now);
        }
        return NEVER;
    }

    private long doubt(long now) {
        long oldest = links.oldestSentNanos();
        long silentAfterNanos = patienceNanos(0) + DOUBT_AFTER_NANOS;
        boolean silent = oldest != NEVER && now - oldest >= silentAfterNanos;
        if (silent || leaderMissing || misrouted || lookup.isStuck()) {
            metadata.doubt(now);
            return DOUBT_AFTER_NANOS;
        }
        metadata.trust();
        return oldest == NEVER ? NEVER : oldest + silentAfterNanos - now;
    }

    @Override
    public void answered(Flight flight, FetchAnswer answer) {
        Cursor cursor = owner(flight);
        if (cursor == null) {
            return;
        }
        cursor.flight = null;
        FlotillaError error = answer.error();
        if (error != null) {
            refused(cursor, flight, error);
            return;
        }
        backoff.reset();
        misrouted = false;
        cursor.outOfRange = false;
        cursor.wasRead = true;
        cursor.caughtUp = !answer.batches().hasRemaining();
        cursor.checkedEpoch = Math.max(cursor.checkedEpoch, flight.where().leaderEpoch());
        if (answer.batches().hasRemaining()) {
            positions.accept(cursor, answer);
        }
    }

    private void refused(Cursor cursor, Flight flight, FlotillaError error) {
        Location where = flight.where();
        misrouted |= MetadataFollower.isOutdatedBy(error.code());
        error.leader().ifPresent(hint -> metadata.hint(where.topic(), where.partition(), hint));
        if (error.code() == ErrorCode.OFFSET_OUT_OF_RANGE) {
            positions.outOfRange(cursor, error);
        } else if (error.code().retriable() || error.code() == ErrorCode.UNKNOWN_SERVER_ERROR) {
            cursor.pauseNanos = Math.max(backoff.nextNanos(), TimeUnit.MILLISECONDS.toNanos(error.retryAfterMs()));
        } else {
            positions.fail(cursor, error);
        }
    }

    @Override
    public void broken(Flight flight, FlotillaError error) {
        Cursor cursor = owner(flight);
        if (cursor != null) {
            cursor.flight = null;
        }
    }

    /** The cursor that waits for this read, null when it was given up. */
    private static @Nullable Cursor owner(Flight flight) {
        return flight.cursor().flight == flight ? flight.cursor() : null;
    }

    private void tell(Cursor cursor, FetchEvent event) {
        if (cursors.get(cursor.partition) == cursor) {
            buffer.put(event);
        }
    }

    /** Closes streams and the metadata watch. */
    public void close() {
        links.close();
        metadata.close();
    }
}
