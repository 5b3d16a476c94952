package io.flotilla.sim.client;

import io.flotilla.client.internal.fetch.FetchBuffer;
import io.flotilla.client.internal.fetch.FetchEvent;
import io.flotilla.client.internal.fetch.FetchSettings;
import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.fetch.FetchTransport.FoundOffset;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetQuestion;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetSpec;
import io.flotilla.client.internal.fetch.Fetcher;
import io.flotilla.client.internal.fetch.OffsetLookup;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.record.BatchCheck;
import io.flotilla.model.record.BatchRegion;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.RecordReader;
import io.flotilla.sim.check.PartitionGhost;
import io.flotilla.sim.world.Delays;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An application that reads every partition through the real consuming core, and asks where logs end. */
public final class Reader {
    private static final long ASK_MS_MAX = 3_000;
    /** So long that attempts get their longest time, a constant: what is left of a shorter one is any number. */
    private static final int ASK_TIMEOUT_MS = 60_000;

    private final Load load;
    private final Random random;
    private final OsProcess process;
    private final ClientRunWiring client;
    private final FetchBuffer buffer = new FetchBuffer();
    private final Fetcher fetcher;
    private final OffsetLookup lookup;
    private final TopicNames topics = new TopicNames();
    private final Map<String, Position> positions = new TreeMap<>();
    private long generation;
    private long read;
    private long damaged;

    /**
     * How far it was served a partition.
     *
     * @param ghost what was remembered of it then; another one by now, if all that was had to be given up
     */
    private record Position(PartitionId partition, PartitionGhost ghost, long next) {}

    /** @param host its machine, which no node has */
    public Reader(Load load, int host) {
        this.load = load;
        this.random = load.world().random("reader" + host);
        this.process =
                new OsProcess(load.world(), host, new Delays(load.world().random("client delays" + host)), () -> 0);
        this.client = new ClientRunWiring(process, load.wire(), load.bootstrap(), random, this::advance);
        FetchTransport transport = client.fetches();
        this.lookup = new OffsetLookup(client.metadata(), transport, ClientRunWiring.RETRIES, random);
        this.fetcher = new Fetcher(
                new FetchSettings(
                        new FetchSettings.Sizes(1, 200 + random.nextInt(4_000), 64 << 10),
                        100 + random.nextInt(400),
                        FetchSettings.ResetPolicy.NONE,
                        ASK_TIMEOUT_MS,
                        new FetchSettings.Pauses(ClientRunWiring.RETRIES, ClientRunWiring.RECONNECTS)),
                new Fetcher.Ports(client.metadata(), transport, buffer, lookup, random));
        load.names().forEach(name -> assign(name, random.nextInt(3_000) * World.MS));
        process.at(random.nextLong(ASK_MS_MAX) * World.MS, this::askForEnd);
    }

    private void assign(PartitionName name, long nanos) {
        process.at(nanos, () -> client.thread().execute(() -> fetcher.assign(name, ++generation, OffsetSpec.EARLIEST)));
    }

    /** Records that it was served. */
    public long read() {
        return read;
    }

    /** Answers with a batch that does not match its checksum. */
    public long damaged() {
        return damaged;
    }

    private long advance(long nowNanos) {
        long wait = fetcher.advance(nowNanos);
        for (FetchEvent event = buffer.take(); event != null; event = buffer.take()) {
            take(event);
            wait = 0;
        }
        topics.know(client.metadata().view());
        return wait;
    }

    private void take(FetchEvent event) {
        if (event instanceof FetchEvent.Region region) {
            if (BatchCheck.storedRegion(region.batches().duplicate()) != null) {
                damaged++; // somebody's disk; as the consumer, it takes nothing of that, and asks again
                again(region.partition());
                return;
            }
            take(new PartitionId(region.topic(), region.partition().partition()), region);
            fetcher.consumed(region);
        } else if (event instanceof FetchEvent.Failed failed) {
            judge(failed);
            again(failed.partition());
        }
    }

    private void judge(FetchEvent.Failed failed) {
        Position at = positions.get(failed.partition().toString());
        if (at != null
                && failed.failure().error().code() == ErrorCode.OFFSET_OUT_OF_RANGE
                && topics.id(failed.partition()).equals(Optional.of(at.partition()))
                && load.judge().ghosts().of(at.partition()).equals(at.ghost())) {
            load.judge().witness().outOfRange(at.partition(), topics.leader(failed.partition()), at.next());
        }
    }

    private void again(PartitionName partition) {
        positions.remove(partition.toString());
        fetcher.unassign(partition);
        assign(partition, (100 + random.nextInt(900)) * World.MS);
    }

    private void take(PartitionId partition, FetchEvent.Region region) {
        int server = topics.leader(region.partition());
        for (BatchView batch : BatchRegion.of(region.batches())) {
            RecordReader records = RecordReader.of(batch);
            while (records.next()) {
                read++;
                positions.put(
                        region.partition().toString(),
                        new Position(partition, load.judge().ghosts().of(partition), records.offset() + 1));
                load.judge()
                        .witness()
                        .served(partition, server, records.offset(), value(records), region.highWatermark());
            }
        }
    }

    private static long value(RecordReader records) {
        @Nullable ByteBuffer value = records.value();
        return value == null ? -1 : value.getLong(value.position());
    }

    private void askForEnd() {
        PartitionName name = load.names().get(random.nextInt(load.names().size()));
        client.thread().execute(() -> {
            Optional<PartitionId> asked = topics.id(name);
            Optional<PartitionGhost> ghost =
                    asked.map(id -> load.judge().ghosts().of(id));
            lookup.ask(
                    name,
                    new OffsetQuestion(OffsetSpec.LATEST, 0),
                    ASK_TIMEOUT_MS,
                    new EndHearer(
                            name,
                            asked,
                            ghost,
                            ghost.map(PartitionGhost::ackedEnd).orElse(0L)));
        });
        process.at((1 + random.nextLong(ASK_MS_MAX)) * World.MS, this::askForEnd);
    }

    /** Hears where a log ends; says so if the topic still is the one that it asked about. */
    private final class EndHearer implements FetchTransport.OffsetListener {
        private final PartitionName name;
        private final Optional<PartitionId> asked;
        /** What was remembered of it then; another one by now, if all that was had to be given up. */
        private final Optional<PartitionGhost> ghost;

        private final long ackedEnd;

        EndHearer(PartitionName name, Optional<PartitionId> asked, Optional<PartitionGhost> ghost, long ackedEnd) {
            this.name = name;
            this.asked = asked;
            this.ghost = ghost;
            this.ackedEnd = ackedEnd;
        }

        @Override
        public void found(FoundOffset offset) {
            if (asked.isPresent()
                    && asked.equals(topics.id(name))
                    && ghost.equals(asked.map(id -> load.judge().ghosts().of(id)))) {
                load.judge().witness().endTold(asked.get(), topics.leader(name), offset.offset(), ackedEnd);
            }
        }

        @Override
        public void failed(FlotillaError error) {
            // Asked again in a while.
        }
    }
}
