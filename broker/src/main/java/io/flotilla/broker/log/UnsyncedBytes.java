package io.flotilla.broker.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the logs of one directory hold that is not synced and that nobody waits for: all of it is synced together once
 * it is much, so that dirty pages do not pile up and delay the syncs of others. Any thread.
 */
final class UnsyncedBytes {
    private final long bytesMax;
    /** By what has a log synced. */
    private final Map<Runnable, Long> logs = new LinkedHashMap<>();

    private long total;

    UnsyncedBytes(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Notes what is unsynced of one log now, and answers which logs are to be synced: all, once there is too much. */
    synchronized List<Runnable> note(Runnable log, long bytes) {
        Long before = bytes == 0 ? logs.remove(log) : logs.put(log, bytes);
        total += bytes - (before == null ? 0 : before);
        if (total < bytesMax) {
            return List.of();
        }
        List<Runnable> due = List.copyOf(logs.keySet());
        logs.clear(); // each tells anew what is left when its sync has begun
        total = 0;
        return due;
    }
}
