package io.flotilla.chaos.checker;

import java.util.Locale;

/** What can be wrong with a history. */
public enum AnomalyKind {
    INCONSISTENT_OFFSETS("an offset holds two values"),
    DUPLICATE("a value is at two offsets"),
    ABORTED_READ("a value was read whose send certainly had no effect"),
    LOST_WRITE("a value that was acknowledged or read is missing, though later ones are there"),
    UNSEEN("a value that was acknowledged or read is behind all that the final reader got"),
    POLL_SKIP("a reader jumped over a record"),
    NONMONOTONIC_POLL("a reader went back"),
    NONMONOTONIC_SEND("a later send of one process lies lower"),
    PHANTOM("a value was read that nobody sent there"),
    REALTIME_ORDER("a send that began after another's acknowledgement does not lie above it"),
    END_OFFSET("a partition was said to end at or below a record that was acknowledged or read"),
    REPLICA_DIGEST("replicas differ, lack records or cannot be read after healing"),
    VACUOUS("the run proves nothing");

    private final String meaning;

    AnomalyKind(String meaning) {
        this.meaning = meaning;
    }

    public String meaning() {
        return meaning;
    }

    /** Its name in reports and on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
