package io.flotilla.chaos.history;

import java.util.List;

/**
 * One line of a history: an operation begins or ends. A process has one operation outstanding at most; after INFO, or
 * when its operation never ends, the process is retired and its number never used again.
 *
 * @param idx dense from 0, in the order of time
 * @param process who did it; negative for whoever breaks, mends and watches the cluster
 * @param mops what it consists of; for an operation that begins, as far as that is known then
 * @param tNanos of the monotonic clock, which all processes of a host share
 */
public record Op(long idx, int process, OpType type, Act f, List<Mop> mops, long tNanos) {
    public Op {
        mops = List.copyOf(mops);
    }

    /** What is done. */
    public enum Act {
        SEND,
        POLL,
        /** A consumer is given partitions and where to start in each. */
        ASSIGN,
        /** A client asks where partitions end. */
        END_OFFSETS,
        /** What the run must amount to, said before anything is done. */
        EXPECT,
        /** A reader that began after healing has read every partition from its beginning to the position named. */
        FINAL,
        KILL,
        START,
        /** Every broker serves and every replica is in sync again. */
        HEAL,
        /** The watcher sees who leads. */
        LEADER,
        /** What a replica holds, asked after healing. */
        DIGEST
    }
}
