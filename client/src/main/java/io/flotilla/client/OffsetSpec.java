package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetQuestion;

/** Which offset of a partition to look for. */
public sealed interface OffsetSpec {
    /** The first offset that the partition holds. */
    static OffsetSpec earliest() {
        return new Bound(FetchTransport.OffsetSpec.EARLIEST);
    }

    /** The offset that the next readable record will have. */
    static OffsetSpec latest() {
        return new Bound(FetchTransport.OffsetSpec.LATEST);
    }

    /** The record with the largest timestamp. */
    static OffsetSpec maxTimestamp() {
        return new Bound(FetchTransport.OffsetSpec.MAX_TIMESTAMP);
    }

    /** The first record at or after a moment, milliseconds since the Unix epoch. */
    static OffsetSpec forTimestamp(long timestampMs) {
        return new AtTime(timestampMs);
    }

    /** A place that needs no number. */
    record Bound(FetchTransport.OffsetSpec spec) implements OffsetSpec {}

    /** A moment. */
    record AtTime(long timestampMs) implements OffsetSpec {}

    /** The question that the core asks. */
    static OffsetQuestion question(OffsetSpec spec) {
        return spec instanceof AtTime time
                ? new OffsetQuestion(FetchTransport.OffsetSpec.TIMESTAMP, time.timestampMs())
                : new OffsetQuestion(((Bound) spec).spec(), 0);
    }
}
