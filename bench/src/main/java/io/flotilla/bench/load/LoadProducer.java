package io.flotilla.bench.load;

/** A producer under load. Used by one thread. */
public interface LoadProducer extends AutoCloseable {
    /** Hears how a record ended. Called on the client's own thread. */
    @FunctionalInterface
    interface Done {
        /** Told once for every record; null means that it was acknowledged. */
        void ended(@org.jspecify.annotations.Nullable Throwable failure);
    }

    /** Hands a record over, waiting while the client's buffer is full. The value must not change until it ended. */
    void send(int partition, byte[] value, Done done);

    /** Waits until everything handed over has ended. */
    void flush();

    @Override
    void close();
}
