package io.flotilla.broker.fetcher;

import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;

/**
 * Opens replica streams to leaders: gRPC, a simulator's network, or whatever measures better. Safe for any thread; the
 * wiring closes what it is made of.
 */
public interface ReplicaTransport {
    /**
     * Begins to open a stream, without waiting.
     *
     * @param creditBytes bytes of batches that may be under way before {@link Stream#grant} gives more
     * @param events hears of the stream, one call at a time, possibly before this method returns
     */
    Stream open(ReplicaStreamOpening opening, long creditBytes, Events events);

    /** One stream, until it closes. Safe for any thread; does nothing once closed. */
    interface Stream {
        /** Sends a question; questions arrive in order or not at all. */
        void ask(PartitionId partition, ReplicaQuestion question);

        /** Lets the leader send this many more bytes of batches. */
        void grant(long bytes);

        /** Tells the leader that this end is alive. */
        void heartbeat();

        /** Ends the stream; no event follows but those under way. */
        void close();
    }

    /** Hears of one stream. Must not block. */
    interface Events {
        /** The leader said something that is no answer: it accepted the stream, or is alive. */
        void onHeartbeat();

        /** An answer came; its batches belong to the hearer. */
        void onAnswer(PartitionId partition, ReceivedAnswer answer);

        /** The stream is closed, or was never opened; the last event. */
        void onClosed(FlotillaError why);
    }
}
