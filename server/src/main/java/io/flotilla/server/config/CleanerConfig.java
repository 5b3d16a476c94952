package io.flotilla.server.config;

/**
 * Who compacts this node's logs.
 *
 * @param threads each compacts one log at a time
 * @param bytesPerSecond what all of them together may read and write
 * @param keyBytes memory for keys of all of them together
 * @param backoffMs how long they rest when no log needs them, milliseconds
 */
public record CleanerConfig(int threads, double bytesPerSecond, long keyBytes, int backoffMs) {
    static CleanerConfig of(ServerProperties properties) {
        return new CleanerConfig(
                properties.number(ServerKey.LOG_CLEANER_THREADS),
                properties.realNumber(ServerKey.LOG_CLEANER_IO_MAX_BYTES_PER_SECOND),
                properties.longNumber(ServerKey.LOG_CLEANER_DEDUPE_BUFFER_SIZE),
                properties.number(ServerKey.LOG_CLEANER_BACKOFF_MS));
    }
}
