package io.flotilla.quorum.log;

import java.io.IOException;
import java.io.InputStream;

/**
 * A deterministic state that a replicated log drives: the same commands in the same order give the same state and the
 * same replies on every node and on every replay.
 *
 * <p>Owned by the log's single apply thread: no two methods ever run at once. Nothing to close.
 */
public interface ReplicatedCore {

    /**
     * Applies one committed command and answers it. A refusal is a value inside the reply. An exception means a broken
     * invariant: the node stops, because every replica would fail on the same entry.
     *
     * @param command the bytes as submitted, never empty
     * @param term the term of the entry; a command that was decided under another term must be refused
     * @param index the position of the entry in the log, strictly increasing, not dense
     * @return the reply, which the submitter receives if it still waits
     */
    byte[] apply(byte[] command, long term, long index);

    /** Captures the whole state as an immutable value, in constant time; it is written later by another thread. */
    CapturedState capture();

    /**
     * Replaces the whole state by a captured one.
     *
     * @throws IOException when the bytes cannot be read or do not form a state; the node then refuses to start
     */
    void load(InputStream in) throws IOException;
}
