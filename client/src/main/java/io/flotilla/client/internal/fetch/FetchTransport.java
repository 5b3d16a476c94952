package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.routing.Location;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the consuming core reaches brokers. Called by the client's loop; listeners are called on that loop. */
public interface FetchTransport {
    /** Opens a stream; failures, the first connection included, reach the listener. */
    FetchStream open(Endpoint broker, StreamListener listener);

    /**
     * Asks a leader for offsets of partitions that it leads, in one call; exactly one method of each listener is
     * called.
     */
    void findOffsets(Endpoint leader, List<OffsetCall> questions, long timeoutMs);

    /** Asks the leader where an epoch ended in its log; exactly one of the listener's methods is called. */
    void endOfEpoch(Location where, int epoch, long timeoutMs, EpochListener listener);

    /** One read; {@code bytesMax} bounds the answer's batches except for the first. */
    record FetchCommand(long correlationId, Location where, long offset, int bytesMax, Patience patience) {}

    /** How long a broker may hold a read back, milliseconds, for so many bytes. */
    record Patience(int bytesMin, int waitMsMax) {
        /** Whatever there is, be it nothing, is answered at once. */
        static final Patience NONE = new Patience(0, 0);
    }

    /**
     * What a read brought.
     *
     * @param batches whole entries, from position to limit, unchecked; the receiver owns them
     * @param error set when nothing was read
     */
    record FetchAnswer(
            long correlationId,
            ByteBuffer batches,
            long highWatermark,
            @Nullable FlotillaError error) {}

    /** Which offset to look for; the timestamp counts only for {@link OffsetSpec#TIMESTAMP}. */
    record OffsetQuestion(OffsetSpec spec, long timestampMs) {}

    /** A question about one partition, and who hears the answer. */
    record OffsetCall(Location where, OffsetQuestion question, OffsetListener listener) {}

    /** Kinds of offsets. */
    enum OffsetSpec {
        EARLIEST,
        LATEST,
        TIMESTAMP,
        MAX_TIMESTAMP
    }

    /** An offset, -1 when no record qualifies; timestamp and epoch are -1 where nobody told. */
    record FoundOffset(long offset, long timestampMs, int leaderEpoch) {}

    /** An open stream to one broker. */
    interface FetchStream {
        void send(FetchCommand command);

        /** Ends the stream; the listener hears nothing after. */
        void close();
    }

    /** Hears what a stream brings. */
    interface StreamListener {
        void answered(FetchAnswer answer);

        void broken(FlotillaError error);
    }

    /** Hears of an offset. */
    interface OffsetListener {
        void found(FoundOffset offset);

        void failed(FlotillaError error);
    }

    /** Hears where an epoch ended. */
    interface EpochListener {
        /** The end offset of the largest epoch at most the asked one; -1 when the leader knows none. */
        void ended(long endOffset);

        void failed(FlotillaError error);
    }
}
