package io.flotilla.quorum.rpc;

/** A connection that is kept only to see whether the process at its other end lives. Closed by who opened it. */
interface Line extends AutoCloseable {
    /** Whether it stands now; one that does not is tried again. */
    boolean isUp();

    @Override
    void close();
}
