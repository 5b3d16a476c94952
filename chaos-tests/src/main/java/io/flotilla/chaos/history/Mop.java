package io.flotilla.chaos.history;

/** A part of an operation. A key is a partition, "topic-number"; values are unique per key. */
public sealed interface Mop {
    /** What a client knows of a record that it sent. */
    enum Fate {
        ACKED,
        NOT_APPLIED,
        UNKNOWN
    }

    /**
     * A record is sent.
     *
     * @param offset where it is, when acknowledged; else -1
     */
    record Send(String key, long value, Fate fate, long offset) implements Mop {
        /** As it is when the operation begins, or when nobody can say what became of it. */
        public static Send unknown(String key, long value) {
            return new Send(key, value, Fate.UNKNOWN, -1);
        }

        public static Send acked(String key, long value, long offset) {
            return new Send(key, value, Fate.ACKED, offset);
        }

        public static Send notApplied(String key, long value) {
            return new Send(key, value, Fate.NOT_APPLIED, -1);
        }
    }

    /** A record is read; a value that nobody can have sent is negative. */
    record Read(String key, long offset, long value) implements Mop {}

    /** Where a consumer starts in a partition, or where a partition is said to end. */
    record Position(String key, long offset) implements Mop {}

    /** Who leads a partition, or the quorum when the key is {@link #CONTROLLER}. */
    record Leader(String key, int node, long epoch) implements Mop {
        /** The key of the metadata quorum. */
        public static final String CONTROLLER = "controller";
    }

    /** The node that a fault hits. */
    record Node(int node) implements Mop {}

    /**
     * What a node holds of a partition's readable range [start, end).
     *
     * @param error why the node's replica could not be read; empty when it could
     */
    record Digest(String key, int node, long start, long end, String sha256, String error) implements Mop {
        public static Digest of(String key, int node, long start, long end, String sha256) {
            return new Digest(key, node, start, end, sha256, "");
        }

        public static Digest failed(String key, int node, String error) {
            return new Digest(key, node, 0, 0, "", error);
        }

        public boolean isRead() {
            return error.isEmpty();
        }
    }

    /**
     * What a run must amount to at least, or it proves nothing.
     *
     * @param replicas of each partition, exactly
     * @param kills of nodes
     * @param partitionLeaderChanges of all partitions together; 0 where the faults do not aim at them
     * @param controllerChanges of the quorum's leader; 0 where the faults do not aim at it
     */
    record Expectation(int replicas, int kills, int partitionLeaderChanges, int controllerChanges) implements Mop {}
}
