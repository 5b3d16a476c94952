package io.flotilla.client.internal.batch;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import java.nio.ByteBuffer;

/** How batches reach brokers. Called by the producer's loop; listeners are called on that loop. */
public interface ProduceTransport {
    /** Opens a stream; failures, the first connection included, reach the listener. */
    ProduceStream open(Endpoint broker, StreamListener listener);

    /** Asks any broker for a producer id; exactly one of the listener's methods is called. */
    void initProducer(Endpoint broker, long timeoutMs, IdentityListener listener);

    /**
     * One batch to append.
     *
     * @param timeoutMs how long the answer may take; before the append it then is refused for certain
     * @param entry the encoded batch, from position to limit; must not change until it is answered
     */
    record ProduceCommand(long correlationId, Destination destination, Acks acks, int timeoutMs, ByteBuffer entry) {}

    /** The partition, and the leader epoch in which it is written or not at all. */
    record Destination(TopicId topic, int partition, int leaderEpoch) {}

    /** An open stream to one broker. */
    interface ProduceStream {
        void send(ProduceCommand command);

        /** Ends the stream; the listener hears nothing after. */
        void close();
    }

    /** Hears what a stream brings. */
    interface StreamListener {
        void answered(ProduceAnswer answer);

        /** The stream is over: what was not answered has an unknown outcome. */
        void broken(FlotillaError error);
    }

    /** Hears of a producer id. */
    interface IdentityListener {
        void allocated(Identity identity);

        void failed(FlotillaError error);
    }

    /** An idempotent producer's id and epoch. */
    record Identity(long producerId, int producerEpoch) {}
}
