package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import java.nio.ByteBuffer;

/** What the loop tells the application's thread about a partition; an older generation than the last seek's is void. */
public sealed interface FetchEvent {
    PartitionName partition();

    long generation();

    /**
     * Records from an offset on.
     *
     * @param topic the life of the topic that they were read from; by now there may be another one of that name
     * @param batches whole entries, from position to limit, unchecked
     */
    record Region(PartitionName partition, long generation, TopicId topic, ByteBuffer batches, long highWatermark)
            implements FetchEvent {
        public int sizeBytes() {
            return batches.remaining();
        }
    }

    /** The position was found or moved; the leader epoch of the record before it is -1 where that is not known. */
    record Positioned(PartitionName partition, long generation, long offset, int lastEpoch) implements FetchEvent {}

    /** Nothing more comes before the application seeks. */
    record Failed(PartitionName partition, long generation, Failure failure) implements FetchEvent {}

    /**
     * Why.
     *
     * @param truncatedTo where the log ended when the position turned out to be lost with its end; -1 for other errors
     */
    record Failure(FlotillaError error, long truncatedTo) {
        static final long NOT_TRUNCATED = -1;
    }
}
