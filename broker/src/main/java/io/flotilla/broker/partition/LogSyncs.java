package io.flotilla.broker.partition;

import io.flotilla.broker.log.SyncTicket;
import java.util.function.Consumer;

/** The way to the flusher of a log directory. Called on the loop; must not block. */
@FunctionalInterface
public interface LogSyncs {
    /**
     * Runs the ticket, together with others that wait, or abandons it; then {@code whenDone} is called, on any thread.
     */
    void submit(SyncTicket ticket, Consumer<SyncTicket> whenDone);
}
