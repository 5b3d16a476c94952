package io.flotilla.quorum.log;

import java.io.IOException;
import java.io.OutputStream;

/** An immutable state at one position of the log, written by a background thread while the state itself moves on. */
@FunctionalInterface
public interface CapturedState {

    /** Writes the state in the form that {@link ReplicatedCore#load} reads; the caller buffers, syncs and closes. */
    void writeTo(OutputStream out) throws IOException;
}
