package io.flotilla.quorum.raft;

/**
 * The few numbers of the Raft group that an operator or a test may turn; all others are fixed in the settings.
 *
 * @param freeBytesMin with fewer bytes free in the metadata directory, log is saved where possible; 0 never does
 */
public record RaftTuning(ElectionTiming election, SnapshotPolicy snapshots, long freeBytesMin) {

    /** Room for a large snapshot and a few log segments. */
    public static final long FREE_BYTES_MIN = 256L << 20;

    public RaftTuning {
        if (freeBytesMin < 0) {
            throw new IllegalArgumentException("The least free space, " + freeBytesMin + " bytes, is negative.");
        }
    }

    public RaftTuning(ElectionTiming election, SnapshotPolicy snapshots) {
        this(election, snapshots, FREE_BYTES_MIN);
    }

    /** What the availability goals ask for. */
    public static RaftTuning defaults() {
        return new RaftTuning(ElectionTiming.defaults(), SnapshotPolicy.defaults());
    }

    /**
     * A follower that hears no leader for a time drawn from this range stands for election.
     *
     * @param timeoutMsMin lower bound in milliseconds; heartbeats go out about every half of it
     * @param timeoutMsMax upper bound in milliseconds, above the lower one
     */
    public record ElectionTiming(int timeoutMsMin, int timeoutMsMax) {

        public ElectionTiming {
            if (timeoutMsMin < 50 || timeoutMsMax <= timeoutMsMin) {
                throw new IllegalArgumentException("Election timeout " + timeoutMsMin + ".." + timeoutMsMax
                        + " ms: the lower bound must be at least 50 and below the upper one.");
            }
        }

        /** Fails over in about a second, and rides out pauses of a well-sized heap. */
        public static ElectionTiming defaults() {
            return new ElectionTiming(500, 1000);
        }
    }

    /**
     * When a snapshot is taken, and how much log stays behind it for followers that are a little late.
     *
     * @param firstAfterEntries the very first snapshot comes after this many entries: a restart then knows that much is
     *     committed without asking anyone
     * @param logBytes a snapshot is due after this many bytes of commands
     * @param intervalMs a snapshot is due after this many milliseconds in which something was applied
     * @param preservedEntries entries below the snapshot that are not purged
     */
    public record SnapshotPolicy(int firstAfterEntries, long logBytes, long intervalMs, long preservedEntries) {

        public SnapshotPolicy {
            if (firstAfterEntries < 1 || logBytes < 1 || intervalMs < 1 || preservedEntries < 0) {
                throw new IllegalArgumentException("A snapshot policy needs positive bounds: first after "
                        + firstAfterEntries + " entries, " + logBytes + " bytes, " + intervalMs + " ms, keeping "
                        + preservedEntries + " entries.");
            }
        }

        /** Replay after a restart stays below a second, and a follower may be away for 20,000 entries. */
        public static SnapshotPolicy defaults() {
            return new SnapshotPolicy(256, 16L << 20, 3_600_000, 20_000);
        }
    }
}
