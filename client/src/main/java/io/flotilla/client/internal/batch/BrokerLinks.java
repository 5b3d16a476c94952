package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.batch.ProduceTransport.ProduceCommand;
import io.flotilla.client.internal.batch.ProduceTransport.ProduceStream;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.BrokerNode;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One produce stream per broker, each with what is unanswered on it. Owned by the producer's loop. */
final class BrokerLinks {
    /** What the broker adds to a request's own timeout before the stream counts as dead. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NOT_DUE = -1;

    private final ProduceTransport transport;
    private final Returns returns;
    private final Backoff.Limits pauses;
    private final RandomGenerator random;
    private final Map<Integer, Link> links = new TreeMap<>();
    private long nextCorrelationId = 1;

    /** Takes back what was sent. */
    interface Returns {
        void answered(Flight flight, ProduceAnswer answer);

        void broken(Flight flight, FlotillaError error);
    }

    /** A batch on its way. */
    record Flight(Lane lane, ProducerBatch batch, int brokerId, long correlationId) {}

    BrokerLinks(ProduceTransport transport, Returns returns, Backoff.Limits pauses, RandomGenerator random) {
        this.transport = transport;
        this.returns = returns;
        this.pauses = pauses;
        this.random = random;
    }

    /** The connection to one broker, made anew after each break. */
    private final class Link implements ProduceTransport.StreamListener {
        private final int brokerId;
        private final Endpoint endpoint;
        private final Backoff backoff = new Backoff(pauses, random);
        private final Map<Long, Flight> flights = new LinkedHashMap<>();
        private @Nullable ProduceStream stream;
        private long notBeforeNanos = Long.MIN_VALUE;
        private long pauseNanos = NOT_DUE;

        Link(BrokerNode broker) {
            this.brokerId = broker.id();
            this.endpoint = broker.endpoint();
        }

        @Override
        public void answered(ProduceAnswer answer) {
            backoff.reset();
            Flight flight = flights.remove(answer.correlationId());
            if (flight != null) {
                returns.answered(flight, answer);
            }
        }

        @Override
        public void broken(FlotillaError error) {
            stream = null;
            pauseNanos = backoff.nextNanos();
            List<Flight> lost = new ArrayList<>(flights.values());
            flights.clear();
            lost.forEach(flight -> returns.broken(flight, error));
        }

        @Nullable
        ProduceStream open(long nowNanos) {
            settlePause(nowNanos);
            if (stream == null && nowNanos >= notBeforeNanos) {
                stream = transport.open(endpoint, this);
            }
            return stream;
        }

        void settlePause(long nowNanos) {
            if (pauseNanos != NOT_DUE) {
                notBeforeNanos = nowNanos + pauseNanos;
                pauseNanos = NOT_DUE;
            }
        }

        void abort(FlotillaError error) {
            ProduceStream ended = stream;
            if (ended != null) {
                ended.close();
            }
            broken(error);
        }
    }

    /** Whether a batch for this broker can be sent now; opens the stream where need be. */
    boolean isOpen(BrokerNode broker, long nowNanos) {
        return link(broker).open(nowNanos) != null;
    }

    /** Nanoseconds until another attempt to reach the broker is due. */
    long pauseLeftNanos(BrokerNode broker, long nowNanos) {
        return Math.max(0, link(broker).notBeforeNanos - nowNanos);
    }

    private Link link(BrokerNode broker) {
        Link known = links.get(broker.id());
        if (known != null && !known.endpoint.equals(broker.endpoint())) {
            links.remove(broker.id());
            known.abort(FlotillaError.unknown(
                    ErrorCode.REQUEST_TIMED_OUT,
                    "broker " + broker.id() + " moved from " + known.endpoint + " to " + broker.endpoint()));
            known = null;
        }
        if (known == null) {
            known = new Link(broker);
            links.put(broker.id(), known);
        }
        return known;
    }

    long nextCorrelationId() {
        return nextCorrelationId++;
    }

    /** Sends a batch on a stream that {@link #isOpen} has answered for; without an answer to come, nothing is kept. */
    void send(BrokerNode broker, ProduceCommand command, @Nullable Flight awaited) {
        Link link = link(broker);
        ProduceStream stream = link.stream;
        if (stream == null) {
            throw new IllegalStateException("the stream to broker " + broker.id() + " is not open");
        }
        if (awaited != null) {
            link.flights.put(command.correlationId(), awaited);
        }
        stream.send(command);
    }

    /** Stops waiting for answers to batches of this partition from any broker but one; answers what is given up. */
    List<Flight> abandon(Lane lane, int leader) {
        List<Flight> abandoned = new ArrayList<>();
        for (Link link : links.values()) {
            if (link.brokerId != leader) {
                link.flights.values().removeIf(flight -> flight.lane() == lane && abandoned.add(flight));
            }
        }
        return abandoned;
    }

    /** When the oldest unanswered batch was sent; Long.MAX_VALUE when everything is answered. */
    long oldestSentNanos() {
        long oldest = Long.MAX_VALUE;
        for (Link link : links.values()) {
            for (Flight flight : link.flights.values()) {
                oldest = Math.min(oldest, flight.batch().sentNanos());
                break;
            }
        }
        return oldest;
    }

    /** Gives up streams on which a batch is unanswered for longer than its timeout and some grace. */
    void breakOverdue(long nowNanos, long requestTimeoutNanos) {
        for (Link link : new ArrayList<>(links.values())) {
            boolean overdue = link.flights.values().stream()
                    .limit(1)
                    .anyMatch(flight -> nowNanos - flight.batch().sentNanos() > requestTimeoutNanos + GRACE_NANOS);
            if (overdue) {
                link.abort(FlotillaError.unknown(
                        ErrorCode.REQUEST_TIMED_OUT,
                        "broker " + link.brokerId + " at " + link.endpoint
                                + " did not answer within request.timeout.ms"));
            }
        }
    }

    void close() {
        for (Link link : links.values()) {
            if (link.stream != null) {
                link.stream.close();
            }
        }
        links.clear();
    }
}
