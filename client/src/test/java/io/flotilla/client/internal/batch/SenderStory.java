package io.flotilla.client.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.batch.ProduceTransport.ProduceCommand;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.BrokerNode;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.routing.MetadataUpdate;
import io.flotilla.client.internal.routing.PartitionView;
import io.flotilla.client.internal.routing.TopicView;
import io.flotilla.client.internal.routing.WatchTransport;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.Codec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** A sender of one partition's records whose broker is the test: it sees each attempt and gives each answer. */
final class SenderStory {
    static final int DELIVERY_TIMEOUT_MS = 10_000;
    private static final long TICK_MS = 10;
    private static final TopicId TOPIC = new TopicId(new UUID(0, 1));
    private static final Endpoint BROKER = new Endpoint("broker", 1);

    private final Inbox inbox = new Inbox(1 << 20, 1, () -> {});
    private final Brokers brokers = new Brokers();
    private final Sender sender;
    private long nowNanos;
    private long revision = 1;
    private int epoch;

    /** One record that was handed over, and what became of it. */
    static final class Sent implements PendingRecord.Listener {
        private PendingRecord.Acknowledgement acknowledged;
        private FlotillaError error;

        @Override
        public void acknowledged(PendingRecord.Acknowledgement told) {
            assertThat(isDone()).isFalse();
            acknowledged = told;
        }

        @Override
        public void failed(FlotillaError told) {
            assertThat(isDone()).isFalse();
            error = told;
        }

        boolean isDone() {
            return acknowledged != null || error != null;
        }

        long offset() {
            assertThat(acknowledged)
                    .as("acknowledgement, failed with %s", error)
                    .isNotNull();
            return acknowledged.offset();
        }

        Outcome outcome() {
            assertThat(error).as("failure").isNotNull();
            return error.outcome();
        }
    }

    /** One batch on the wire, with the marks that it had then. */
    record Attempt(ProduceCommand command, long producerId, int sequence) {
        static Attempt of(ProduceCommand command) {
            BatchView batch = BatchView.at(command.entry(), command.entry().position());
            return new Attempt(command, batch.producerId(), batch.baseSequence());
        }

        int epoch() {
            return command.destination().leaderEpoch();
        }
    }

    /** What the sender asks for; nothing is answered but producer ids. */
    private static final class Brokers implements ProduceTransport, WatchTransport {
        private final List<Attempt> attempts = new ArrayList<>();
        private ProduceTransport.StreamListener stream;
        private WatchTransport.Listener watch;
        private long nextProducerId = 1;

        @Override
        public ProduceStream open(Endpoint broker, StreamListener listener) {
            stream = listener;
            return new ProduceStream() {
                @Override
                public void send(ProduceCommand command) {
                    attempts.add(Attempt.of(command));
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void initProducer(Endpoint broker, long timeoutMs, IdentityListener listener) {
            listener.allocated(new Identity(nextProducerId++, 0));
        }

        @Override
        public Watch open(Endpoint broker, Request request, Listener listener) {
            watch = listener;
            return () -> {};
        }

        @Override
        public void probe(Endpoint broker, long timeoutMs, ProbeListener listener) {
            listener.alive();
        }
    }

    SenderStory() {
        var delivery = new ProducerSettings.Delivery(
                Acks.ALL,
                true,
                5,
                Integer.MAX_VALUE,
                new ProducerSettings.Timing(
                        DELIVERY_TIMEOUT_MS, 1_000, new Backoff.Limits(10, 10), new Backoff.Limits(10, 10)));
        var settings = new ProducerSettings(new ProducerSettings.Batching(1, 0, 1 << 20, 1_000, Codec.NONE), delivery);
        var random = new SplittableRandom(1);
        var metadata = new MetadataFollower(brokers, List.of(BROKER), new Backoff.Limits(10, 10), random);
        sender = new Sender(
                settings,
                new Sender.Ports(inbox, metadata, brokers, PartitionChoice.KEYS_BY_LOAD.factory(1, random), random));
    }

    /** Hands over so many records, each a batch of its own. */
    List<Sent> send(int count) throws InterruptedException {
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Sent listener = new Sent();
            PendingRecord record = new PendingRecord(
                    new PendingRecord.Target("songs", 0, 0),
                    new PendingRecord.Content(null, new byte[8], List.of()),
                    listener);
            record.enqueuedAt(nowNanos);
            inbox.offer(record, 0);
            sent.add(listener);
        }
        advance();
        if (revision == 1) {
            leaderEpoch(0);
        }
        return sent;
    }

    private void advance() {
        for (int i = 0; i < 3; i++) {
            sender.advance(nowNanos);
        }
    }

    /** Lets time pass, pauses between attempts included. */
    SenderStory after(long ms) {
        for (long passed = 0; passed < ms; passed += TICK_MS) {
            advance();
            nowNanos += TimeUnit.MILLISECONDS.toNanos(TICK_MS);
        }
        advance();
        return this;
    }

    /** The broker leads in this epoch from now on, and everybody knows. */
    SenderStory leaderEpoch(int newEpoch) {
        epoch = newEpoch;
        PartitionView partition = new PartitionView(1, epoch, epoch, List.of(1), List.of(1));
        brokers.watch.updated(new MetadataUpdate(
                new MetadataUpdate.Point("history", ++revision),
                true,
                true,
                new MetadataUpdate.Brokers(List.of(new BrokerNode(1, BROKER, "", false)), List.of()),
                new MetadataUpdate.Topics(
                        List.of(new TopicView("songs", TOPIC, List.of(partition), Map.of())), List.of())));
        advance();
        return this;
    }

    /** Every attempt since the last call, in order. */
    List<Attempt> attempts() {
        List<Attempt> seen = List.copyOf(brokers.attempts);
        brokers.attempts.clear();
        return seen;
    }

    SenderStory acknowledge(Attempt attempt, long offset) {
        brokers.stream.answered(new ProduceAnswer(
                attempt.command().correlationId(), offset, attempt.epoch(), 0, Durability.SYNCED, false, null));
        advance();
        return this;
    }

    SenderStory refuse(Attempt attempt, ErrorCode code) {
        return answer(attempt, FlotillaError.notApplied(code, "refused on request"));
    }

    SenderStory answer(Attempt attempt, FlotillaError error) {
        brokers.stream.answered(new ProduceAnswer(
                attempt.command().correlationId(), -1, attempt.epoch(), 0, Durability.SYNCED, false, error));
        advance();
        return this;
    }

    /** Whatever is unanswered gets an unknown outcome. */
    SenderStory streamBreaks() {
        brokers.stream.broken(FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "broken on request"));
        return after(50);
    }
}
