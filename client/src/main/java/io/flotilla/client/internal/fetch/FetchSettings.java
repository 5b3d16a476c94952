package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.routing.Backoff;

/**
 * What the consuming core is told.
 *
 * @param sizes of reads and of the buffer, bytes
 * @param waitMsMax how long a broker may hold a read back for {@code minBytes}
 * @param reset what to do about a position that does not exist
 * @param requestTimeoutMs one attempt, beyond {@code waitMsMax} for reads
 */
public record FetchSettings(Sizes sizes, int waitMsMax, ResetPolicy reset, long requestTimeoutMs, Pauses pauses) {
    /**
     * Bytes.
     *
     * @param readMin a broker waits for so much
     * @param readMax of one partition in one answer
     * @param bufferMax of all partitions, fetched and not yet consumed
     */
    public record Sizes(int readMin, int readMax, long bufferMax) {
        public Sizes {
            if (readMin < 0 || readMax < 1 || bufferMax < 1) {
                throw new IllegalArgumentException("fetch.min.bytes is at least 0, fetch.max.bytes and"
                        + " max.partition.fetch.bytes are at least 1");
            }
        }
    }

    /** Pauses between attempts of a partition, and between attempts to reach a broker. */
    public record Pauses(Backoff.Limits retries, Backoff.Limits reconnects) {}

    /** Of a read at the end of a partition. */
    FetchTransport.Patience patience() {
        return new FetchTransport.Patience(sizes.readMin(), waitMsMax);
    }

    /** What to do about a position that does not exist. */
    public enum ResetPolicy {
        EARLIEST,
        LATEST,
        /** Tell the application. */
        NONE
    }
}
