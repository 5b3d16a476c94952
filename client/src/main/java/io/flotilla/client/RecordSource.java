package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchBuffer;
import io.flotilla.client.internal.fetch.FetchEvent;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of what the loop has fetched. What belongs to a partition that is read no more is dropped; what belongs
 * to a paused one is kept aside, so that it holds nobody up. For the application's thread.
 */
final class RecordSource {
    private final ConsumerCore core;
    private final FetchBuffer buffer;
    private final Positions positions;
    private final int recordsMax;
    /** So much may be kept aside: the rest of the buffer belongs to those that are read. */
    private final long heldBytesMax;

    /** The region that is being read; the events behind it are still in the buffer. */
    private FetchEvent.@Nullable Region reading;

    /** Was kept aside for partitions that are read again; comes before the buffer. */
    private final Deque<FetchEvent.Region> resumed = new ArrayDeque<>();

    /** Thrown by the next poll, because records came before it. */
    private @Nullable RuntimeException postponed;

    RecordSource(ConsumerCore core, ConsumerConfig config, Positions positions) {
        this.core = core;
        this.buffer = core.buffer();
        this.positions = positions;
        this.recordsMax = config.maxPollRecords();
        this.heldBytesMax = config.settings().sizes().bufferMax() / 2;
    }

    /** Adds what there is, up to max.poll.records; throws a partition's failure once no records come before it. */
    void collect(List<ConsumerRecord> records) {
        try {
            while (records.size() < recordsMax && postponed == null) {
                if (!collectNext(records)) {
                    return;
                }
            }
        } catch (FlotillaException | LogTruncationException e) {
            postponed = e;
        }
        RuntimeException failure = postponed;
        if (failure != null && records.isEmpty()) {
            postponed = null;
            throw failure;
        }
    }

    /** Reads on, or takes the next event; false when there is none. */
    private boolean collectNext(List<ConsumerRecord> records) {
        FetchEvent.Region region = reading;
        if (region != null) {
            readRegion(region, records);
            return true;
        }
        FetchEvent.Region kept = resumed.poll();
        FetchEvent event = kept == null ? buffer.take() : kept;
        if (event == null) {
            return false;
        }
        AssignedPartition owner = current(event);
        if (event instanceof FetchEvent.Region fetched) {
            reading = fetched;
        } else if (owner != null) {
            apply(owner, event);
        }
        return true;
    }

    private void readRegion(FetchEvent.Region region, List<ConsumerRecord> records) {
        AssignedPartition owner = current(region);
        if (owner == null || owner.isLeaving()) {
            consumed(region);
            return;
        }
        if (owner.isPaused()) {
            reading = null;
            keep(owner, region);
            return;
        }
        boolean done = true;
        try {
            owner.open(region);
            done = owner.read(records, recordsMax);
        } catch (FlotillaException e) {
            positions.stop(owner); // what lies behind must not be returned before the application seeks
            throw e;
        } finally {
            if (done) {
                consumed(region);
            }
        }
    }

    private void consumed(FetchEvent.Region region) {
        reading = null;
        core.loop().execute(() -> core.fetcher().consumed(region));
    }

    private void keep(AssignedPartition owner, FetchEvent.Region region) {
        long held = region.sizeBytes();
        for (AssignedPartition partition : positions.all()) {
            held += partition.heldBytes();
        }
        if (held <= heldBytesMax) {
            owner.hold(region);
        } else {
            positions.stop(owner).drop();
        }
    }

    void pause(Collection<TopicPartition> partitions) {
        List<AssignedPartition> chosen = partitions.stream().map(positions::get).toList();
        chosen.forEach(partition -> positions.pause(partition, true));
    }

    void resume(Collection<TopicPartition> partitions) {
        List<AssignedPartition> chosen = partitions.stream().map(positions::get).toList();
        for (AssignedPartition partition : chosen) {
            positions.pause(partition, false);
            if (partition.isDropped()) {
                positions.seek(partition.name(), partition.position(), partition.lastEpoch());
                continue;
            }
            List<FetchEvent.Region> kept = partition.release();
            for (int i = kept.size() - 1; i >= 0; i--) {
                resumed.addFirst(kept.get(i));
            }
        }
    }

    private @Nullable AssignedPartition current(FetchEvent event) {
        AssignedPartition owner = positions.find(
                new TopicPartition(event.partition().topic(), event.partition().partition()));
        return owner != null && owner.generation() == event.generation() ? owner : null;
    }

    private static void apply(AssignedPartition owner, FetchEvent event) {
        if (event instanceof FetchEvent.Positioned positioned) {
            owner.moveTo(positioned.offset(), positioned.lastEpoch());
        } else if (event instanceof FetchEvent.Failed failed) {
            FlotillaError error = failed.failure().error();
            if (failed.failure().truncatedTo() >= 0) {
                throw new LogTruncationException(owner.name(), failed.failure().truncatedTo(), error.message());
            }
            throw error.exception();
        }
    }

    /** The partition's position; waits until it is known. */
    long position(TopicPartition partition, Waits waits, long deadline) {
        List<FetchEvent> later = new ArrayList<>();
        try {
            while (positions.get(partition).position() == AssignedPartition.NOWHERE) {
                FetchEvent event = buffer.take();
                AssignedPartition owner = event == null ? null : current(event);
                if (event instanceof FetchEvent.Positioned && owner != null) {
                    apply(owner, event);
                } else if (event instanceof FetchEvent.Failed && owner == positions.find(partition) && owner != null) {
                    apply(owner, event);
                } else if (event != null) {
                    later.add(event);
                } else {
                    awaitPosition(partition, waits, deadline);
                }
            }
            return positions.get(partition).position();
        } finally {
            buffer.putBack(later);
        }
    }

    private static void awaitPosition(TopicPartition partition, Waits waits, long deadline) {
        long left = waits.left(deadline);
        if (left <= 0) {
            throw FlotillaError.notApplied(
                            ErrorCode.REQUEST_TIMED_OUT, "no position of " + partition + " was found in time")
                    .exception();
        }
        waits.forEvents(left);
    }
}
