package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.fetch.FetchTransport.FetchAnswer;
import io.flotilla.client.internal.fetch.FetchTransport.FetchCommand;
import io.flotilla.client.internal.fetch.FetchTransport.FetchStream;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.BrokerNode;
import io.flotilla.client.internal.routing.Location;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The fetch streams to each broker, as many as its reads need, with what is unanswered. Owned by the client's loop. */
final class FetchLinks {
    /** Reads that may be outstanding on one stream; the protocol's limit. */
    private static final int OUTSTANDING_MAX = 64;

    private static final long NOT_DUE = -1;

    private final FetchTransport transport;
    private final Reader reader;
    private final FetchSettings settings;
    private final RandomGenerator random;
    private final Map<Integer, Link> links = new TreeMap<>();
    private long nextCorrelationId = 1;

    /** A read on its way, and the cursor that waits for it unless it has given up. */
    record Flight(Cursor cursor, Location where, long sentNanos) {}

    /** Takes back what was asked for. */
    interface Reader {
        void answered(Flight flight, FetchAnswer answer);

        void broken(Flight flight, FlotillaError error);
    }

    FetchLinks(FetchTransport transport, Reader reader, FetchSettings settings, RandomGenerator random) {
        this.transport = transport;
        this.reader = reader;
        this.settings = settings;
        this.random = random;
    }

    /** One broker: its streams and the pause after a break. */
    private final class Link {
        private final Endpoint endpoint;
        private final Backoff backoff = new Backoff(settings.pauses().reconnects(), random);
        private final List<Lane> lanes = new ArrayList<>();
        private long notBeforeNanos = Long.MIN_VALUE;
        private long pauseNanos = NOT_DUE;

        Link(Endpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Nullable
        Lane laneWithRoom(long now) {
            if (pauseNanos != NOT_DUE) {
                notBeforeNanos = now + pauseNanos;
                pauseNanos = NOT_DUE;
            }
            for (Lane lane : lanes) {
                if (lane.flights.size() < OUTSTANDING_MAX) {
                    return lane;
                }
            }
            if (now < notBeforeNanos) {
                return null;
            }
            Lane fresh = new Lane(this);
            lanes.add(fresh);
            fresh.stream = transport.open(endpoint, fresh);
            return fresh;
        }
    }

    /** One stream. */
    private final class Lane implements FetchTransport.StreamListener {
        private final Link link;
        private final Map<Long, Flight> flights = new LinkedHashMap<>();
        private @Nullable FetchStream stream;

        Lane(Link link) {
            this.link = link;
        }

        @Override
        public void answered(FetchAnswer answer) {
            link.backoff.reset();
            Flight flight = flights.remove(answer.correlationId());
            if (flight != null) {
                reader.answered(flight, answer);
            }
        }

        @Override
        public void broken(FlotillaError error) {
            link.lanes.remove(this);
            if (link.pauseNanos == NOT_DUE) {
                link.pauseNanos = link.backoff.nextNanos();
            }
            List<Flight> lost = new ArrayList<>(flights.values());
            flights.clear();
            lost.forEach(flight -> reader.broken(flight, error));
        }

        void abort(FlotillaError error) {
            if (stream != null) {
                stream.close();
            }
            broken(error);
        }
    }

    /** Sends a read to a leader; null when the broker cannot be reached now. */
    @Nullable
    Flight read(Cursor cursor, Location where, long now) {
        Lane lane = link(where.leader()).laneWithRoom(now);
        FetchStream stream = lane == null ? null : lane.stream;
        if (lane == null || stream == null) {
            return null;
        }
        long id = nextCorrelationId++;
        Flight flight = new Flight(cursor, where, now);
        lane.flights.put(id, flight);
        stream.send(new FetchCommand(id, where, cursor.offset, cursor.readBytes, patience(cursor)));
        return flight;
    }

    /** The first read of many empty partitions would else hold room for all that it may bring while it waits. */
    private FetchTransport.Patience patience(Cursor cursor) {
        return cursor.wasRead ? settings.patience() : FetchTransport.Patience.NONE;
    }

    /** Nanoseconds until another attempt to reach the broker is due. */
    long pauseLeftNanos(BrokerNode broker, long now) {
        return Math.max(0, link(broker).notBeforeNanos - now);
    }

    private Link link(BrokerNode broker) {
        Link known = links.get(broker.id());
        if (known != null && !known.endpoint.equals(broker.endpoint())) {
            FlotillaError moved = FlotillaError.notApplied(ErrorCode.LEADER_NOT_AVAILABLE, "the broker moved");
            new ArrayList<>(known.lanes).forEach(lane -> lane.abort(moved));
            known = null;
        }
        if (known == null) {
            known = new Link(broker.endpoint());
            links.put(broker.id(), known);
        }
        return known;
    }

    /** When the oldest unanswered read was sent; Long.MAX_VALUE when everything is answered. */
    long oldestSentNanos() {
        long oldest = Long.MAX_VALUE;
        for (Link link : links.values()) {
            for (Lane lane : link.lanes) {
                oldest = lane.flights.isEmpty()
                        ? oldest
                        : Math.min(
                                oldest, lane.flights.values().iterator().next().sentNanos());
            }
        }
        return oldest;
    }

    /** Gives up streams on which a read is unanswered for longer than it may be. */
    void breakOverdue(long now, long patienceNanos) {
        for (Link link : links.values()) {
            for (Lane lane : new ArrayList<>(link.lanes)) {
                if (!lane.flights.isEmpty()
                        && now - lane.flights.values().iterator().next().sentNanos() > patienceNanos) {
                    lane.abort(FlotillaError.notApplied(
                            ErrorCode.REQUEST_TIMED_OUT,
                            "the broker at " + link.endpoint + " did not answer within request.timeout.ms"));
                }
            }
        }
    }

    void close() {
        for (Link link : links.values()) {
            for (Lane lane : link.lanes) {
                if (lane.stream != null) {
                    lane.stream.close();
                }
            }
        }
        links.clear();
    }
}
