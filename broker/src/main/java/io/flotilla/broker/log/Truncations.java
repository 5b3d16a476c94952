package io.flotilla.broker.log;

/** Counts a log's truncations, so that readers of an older view can tell. Written by the log's loop, read by all. */
final class Truncations {
    /** For what no truncation can touch. */
    static final Since NONE = new Truncations().since();

    private volatile int count;

    /** Called before the first byte is cut. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer: the log's loop thread
    void begin() {
        count++;
    }

    Since since() {
        return new Since(this, count);
    }

    /** A moment between truncations. */
    record Since(Truncations truncations, int count) {
        /** Throws {@link LogTruncatedException} when a truncation has begun since. */
        void check() {
            if (!holds()) {
                throw new LogTruncatedException();
            }
        }

        boolean holds() {
            return truncations.count == count;
        }
    }
}
