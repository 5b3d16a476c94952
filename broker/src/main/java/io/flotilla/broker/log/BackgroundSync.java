package io.flotilla.broker.log;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when logs that nobody waits for should be synced, so that dirty pages do not pile up and delay the syncs of
 * others: in rounds, one per so many bytes appended in a log directory. Any thread may ask.
 */
public final class BackgroundSync {
    /** A round per 64 MiB. */
    public static final long BYTES_PER_ROUND = 64L << 20;

    private final long bytesPerRound;
    private final AtomicLong appended = new AtomicLong();

    public BackgroundSync(long bytesPerRound) {
        this.bytesPerRound = bytesPerRound;
    }

    /** Counts an append of a log whose last sync began in round {@code syncedInRound}; true when it should sync now. */
    public boolean isDue(int appendedBytes, long syncedInRound) {
        return appended.addAndGet(appendedBytes) / bytesPerRound > syncedInRound;
    }

    /** The round that a sync begun now belongs to. */
    public long round() {
        return appended.get() / bytesPerRound;
    }
}
