package io.flotilla.client;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/** How a consumer comes to its partitions: one way at a time. Owned by the application's thread. */
final class Subscription {
    private Mode mode = Mode.NONE;
    private final Set<String> topics = new TreeSet<>();

    /** The ways. */
    enum Mode {
        NONE("nothing"),
        PARTITIONS("partitions of its own choice"),
        TOPICS("topics"),
        PATTERN("a pattern");

        private final String what;

        Mode(String what) {
            this.what = what;
        }
    }

    /**
     * Changes the way, which must be done through nothing.
     *
     * @throws IllegalStateException when another one is in use
     */
    void become(Mode next, Collection<String> names) {
        if (mode != Mode.NONE && mode != next) {
            throw new IllegalStateException("the consumer reads " + mode.what + " and cannot read " + next.what
                    + " as well: call unsubscribe first");
        }
        mode = next;
        topics.clear();
        topics.addAll(names);
    }

    /** Back to nothing. */
    void clear() {
        mode = Mode.NONE;
        topics.clear();
    }

    /** Whether a group says which partitions to read. */
    boolean isGroups() {
        return mode == Mode.TOPICS || mode == Mode.PATTERN;
    }

    Mode mode() {
        return mode;
    }

    Set<String> topics() {
        return Set.copyOf(topics);
    }
}
