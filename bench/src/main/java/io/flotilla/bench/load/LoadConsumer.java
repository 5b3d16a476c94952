package io.flotilla.bench.load;

/** A consumer of every partition of one topic, from the beginning. Used by one thread. */
public interface LoadConsumer extends AutoCloseable {
    /** What one poll brought. */
    record Polled(long records, long valueBytes) {}

    /** Waits up to a second for records. */
    Polled poll();

    /** Starts over. */
    void toBeginning();

    @Override
    void close();
}
