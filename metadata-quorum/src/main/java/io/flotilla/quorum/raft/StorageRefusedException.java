package io.flotilla.quorum.raft;

import java.io.IOException;

/** This node must not join the quorum with the storage that it found; the message says why and what to do. */
public final class StorageRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    StorageRefusedException(String message) {
        super(message);
    }
}
