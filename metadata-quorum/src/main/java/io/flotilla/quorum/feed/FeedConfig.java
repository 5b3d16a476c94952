package io.flotilla.quorum.feed;

/**
 * Bounds of the metadata feed.
 *
 * @param deltasMax most deltas that the ring keeps
 * @param bytesMax most bytes that the ring keeps, encoded; the newest delta always stays
 * @param chunkRecordsMax most records in one message
 * @param chunkBytesMax a message is full when its records have so many bytes; one record may be larger
 */
public record FeedConfig(int deltasMax, long bytesMax, int chunkRecordsMax, int chunkBytesMax) {
    /** 10,000 deltas, 16 MiB; messages of 1,000 records or 256 KiB. */
    public static final FeedConfig DEFAULT = new FeedConfig(10_000, 16 << 20, 1000, 256 << 10);

    public FeedConfig {
        if (deltasMax < 1 || bytesMax < 1 || chunkRecordsMax < 1 || chunkBytesMax < 1) {
            throw new IllegalArgumentException("bounds must be above 0");
        }
    }
}
