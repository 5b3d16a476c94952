package io.flotilla.bench.load;

/** A member of a consumer group that subscribes to one topic. Used by one thread. */
public interface LoadMember extends AutoCloseable {
    /** Hears how many partitions the member holds. Called in poll. */
    @FunctionalInterface
    interface Holdings {
        /** Told whenever partitions came or went. */
        void holds(int partitions);
    }

    /** Waits up to 100 ms for records, and drops them; joins the group the first time. */
    void poll();

    @Override
    void close();
}
