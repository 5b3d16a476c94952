package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchBuffer;
import io.flotilla.client.internal.fetch.FetchEvent;
import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetSpec;
import io.flotilla.client.internal.fetch.Fetcher;
import io.flotilla.client.internal.fetch.OffsetLookup;
import io.flotilla.client.internal.loop.ClientLoop;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of partitions that the application assigns itself. For one thread, except {@link #wakeup}; a thread of
 * its own fetches ahead, at most {@code fetch.max.bytes}. Records of a partition come in the order of their offsets,
 * each once, from {@link #position} on. Whoever makes a consumer closes it.
 */
public final class Consumer implements AutoCloseable {
    private static final long MS = 1_000_000;

    private final ConsumerConfig config;
    private final Clock clock;
    private final ClientEngine engine;
    private final ClientLoop loop;
    private final FetchBuffer buffer = new FetchBuffer();
    private final Fetcher fetcher;
    private final OffsetQueries queries;

    private final Map<TopicPartition, AssignedPartition> assigned = new TreeMap<>();
    private long generation;
    /** The region that is being read; the events behind it are still in the buffer. */
    private FetchEvent.@Nullable Region reading;

    /** Thrown by the next poll, because records came before it. */
    private @Nullable RuntimeException postponed;

    private volatile @Nullable Throwable crash;

    /** A consumer configured by names and values, for example java.util.Properties. */
    public Consumer(Map<?, ?> config) {
        this(ConsumerConfig.of(config));
    }

    public Consumer(ConsumerConfig config) {
        this.config = config;
        this.clock = ClientWiring.clock();
        this.engine = new ClientEngine("flotilla-consumer", config.client(), new Body());
        this.loop = engine.loop();
        RandomGenerator random = ClientWiring.random();
        MetadataFollower metadata = engine.metadata(random);
        FetchTransport transport = engine.fetches();
        OffsetLookup lookup =
                new OffsetLookup(metadata, transport, config.client().retries(), random);
        this.fetcher = new Fetcher(config.settings(), new Fetcher.Ports(metadata, transport, buffer, lookup, random));
        this.queries = new OffsetQueries(loop, lookup, config.apiTimeoutMs());
        engine.start();
    }

    /** Runs the fetcher on the loop. */
    private final class Body implements ClientLoop.Body {
        @Override
        public long advance(long nowNanos) {
            return fetcher.advance(nowNanos);
        }

        @Override
        public void crashed(Throwable cause) {
            crash = cause;
            buffer.wakeup();
            fetcher.close();
        }
    }

    /**
     * Reads exactly these partitions from now on. A partition that was assigned before keeps its position, another one
     * starts where {@link #seek} says, else where {@code auto.offset.reset} says.
     */
    public void assign(Collection<TopicPartition> partitions) {
        Set<TopicPartition> wanted = new TreeSet<>(partitions);
        for (TopicPartition old : new ArrayList<>(assigned.keySet())) {
            if (!wanted.contains(old)) {
                assigned.remove(old);
                loop.execute(() -> fetcher.unassign(internal(old)));
            }
        }
        for (TopicPartition partition : wanted) {
            if (!assigned.containsKey(partition)) {
                start(partition, AssignedPartition.NOWHERE);
            }
        }
    }

    public Set<TopicPartition> assignment() {
        return Set.copyOf(assigned.keySet());
    }

    /** Goes on at an offset; the next poll returns records from there on. */
    public void seek(TopicPartition partition, long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset " + offset + " is negative");
        }
        assignedOrRefuse(partition);
        start(partition, offset);
    }

    /** Goes on at the first offset that each partition holds; without partitions, of all assigned ones. */
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        seekTo(partitions, OffsetSpec.EARLIEST);
    }

    /** Goes on behind the last readable record of each partition; without partitions, of all assigned ones. */
    public void seekToEnd(Collection<TopicPartition> partitions) {
        seekTo(partitions, OffsetSpec.LATEST);
    }

    private void seekTo(Collection<TopicPartition> partitions, OffsetSpec where) {
        Collection<TopicPartition> chosen = partitions.isEmpty() ? assigned.keySet() : partitions;
        for (TopicPartition partition : new ArrayList<>(chosen)) {
            assignedOrRefuse(partition);
            long fresh = replace(partition, AssignedPartition.NOWHERE);
            loop.execute(() -> fetcher.assign(internal(partition), fresh, where));
        }
    }

    private void start(TopicPartition partition, long offset) {
        long fresh = replace(partition, offset);
        loop.execute(() -> fetcher.assign(internal(partition), fresh, offset));
    }

    private long replace(TopicPartition partition, long offset) {
        long fresh = ++generation;
        assigned.put(partition, new AssignedPartition(partition, fresh, offset, config.checkCrcs()));
        return fresh;
    }

    private AssignedPartition assignedOrRefuse(TopicPartition partition) {
        AssignedPartition found = assigned.get(partition);
        if (found == null) {
            throw new IllegalStateException(partition + " is not assigned to this consumer");
        }
        return found;
    }

    /**
     * Returns records as soon as there are any, at most {@code max.poll.records}; an empty list when the time is up.
     *
     * @throws WakeupException after {@link #wakeup}
     * @throws LogTruncationException when records that were read are no longer in the log and auto.offset.reset is none
     * @throws FlotillaException for a partition that cannot be read: it does not exist, its position is out of range
     *     and auto.offset.reset is none, a batch is damaged; seek to go on with it
     */
    public List<ConsumerRecord> poll(Duration timeout) {
        long deadline = clock.nanos() + timeout.toNanos();
        List<ConsumerRecord> records = new ArrayList<>();
        while (true) {
            collect(records);
            long left = deadline - clock.nanos();
            if (!records.isEmpty() || left <= 0) {
                return records;
            }
            await(left);
        }
    }

    private void await(long nanos) {
        refuseAfterCrash();
        try {
            if (buffer.await(nanos) && crash == null) {
                throw new WakeupException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WakeupException();
        }
    }

    private void refuseAfterCrash() {
        Throwable cause = crash;
        if (cause != null) {
            throw new IllegalStateException("the consumer failed and is unusable", cause);
        }
    }

    private void collect(List<ConsumerRecord> records) {
        try {
            while (records.size() < config.maxPollRecords() && postponed == null) {
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
        FetchEvent event = buffer.take();
        if (event == null) {
            return false;
        }
        AssignedPartition owner = current(event);
        if (event instanceof FetchEvent.Region fetched) {
            reading = fetched;
            if (owner != null) {
                owner.open(fetched);
            }
        } else if (owner != null) {
            apply(owner, event);
        }
        return true;
    }

    private void readRegion(FetchEvent.Region region, List<ConsumerRecord> records) {
        AssignedPartition owner = current(region);
        boolean done = true;
        try {
            done = owner == null || owner.read(records, config.maxPollRecords());
        } catch (FlotillaException e) {
            stopAt(region);
            throw e;
        } finally {
            if (done) {
                reading = null;
                loop.execute(() -> fetcher.consumed(region));
            }
        }
    }

    /** What lies behind a batch that cannot be read must not be returned before the application seeks. */
    private void stopAt(FetchEvent.Region region) {
        AssignedPartition owner = current(region);
        if (owner != null) {
            replace(owner.name(), owner.position());
            loop.execute(() -> fetcher.unassign(region.partition()));
        }
    }

    private @Nullable AssignedPartition current(FetchEvent event) {
        AssignedPartition owner = assigned.get(
                new TopicPartition(event.partition().topic(), event.partition().partition()));
        return owner != null && owner.generation() == event.generation() ? owner : null;
    }

    private static void apply(AssignedPartition owner, FetchEvent event) {
        if (event instanceof FetchEvent.Positioned positioned) {
            owner.moveTo(positioned.offset());
        } else if (event instanceof FetchEvent.Failed failed) {
            FlotillaError error = failed.failure().error();
            if (failed.failure().truncatedTo() >= 0) {
                throw new LogTruncationException(owner.name(), failed.failure().truncatedTo(), error.message());
            }
            throw error.exception();
        }
    }

    /**
     * The offset of the next record that poll returns; waits until it is known.
     *
     * @throws FlotillaException when it cannot be found, or not within default.api.timeout.ms
     */
    public long position(TopicPartition partition) {
        long deadline = clock.nanos() + config.apiTimeoutMs() * MS;
        List<FetchEvent> later = new ArrayList<>();
        try {
            while (assignedOrRefuse(partition).position() == AssignedPartition.NOWHERE) {
                FetchEvent event = buffer.take();
                AssignedPartition owner = event == null ? null : current(event);
                if (event instanceof FetchEvent.Positioned && owner != null) {
                    apply(owner, event);
                } else if (event instanceof FetchEvent.Failed && owner == assigned.get(partition) && owner != null) {
                    apply(owner, event);
                } else if (event != null) {
                    later.add(event);
                } else {
                    awaitPosition(partition, deadline);
                }
            }
            return assignedOrRefuse(partition).position();
        } finally {
            buffer.putBack(later);
        }
    }

    private void awaitPosition(TopicPartition partition, long deadline) {
        long left = deadline - clock.nanos();
        if (left <= 0) {
            throw FlotillaError.notApplied(
                            ErrorCode.REQUEST_TIMED_OUT,
                            "no position of " + partition + " within default.api.timeout.ms " + config.apiTimeoutMs())
                    .exception();
        }
        await(left);
    }

    /** The first offset that each partition holds. */
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return queries.offsets(partitions, OffsetSpec.EARLIEST);
    }

    /** The offset that the next readable record of each partition will have. */
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return queries.offsets(partitions, OffsetSpec.LATEST);
    }

    /**
     * The first record of each partition at or after a moment; a partition without one is missing in the answer.
     *
     * @param timestampsMs milliseconds since the Unix epoch
     */
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestampsMs) {
        return queries.atTimes(timestampsMs);
    }

    /** Makes the poll that is on, or the next one, throw {@link WakeupException}. Any thread. */
    public void wakeup() {
        buffer.wakeup();
    }

    @Override
    public void close() {
        engine.close(fetcher::close);
    }

    private static PartitionName internal(TopicPartition partition) {
        return new PartitionName(partition.topic(), partition.partition());
    }
}
