package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.fetch.FetchLinks.Flight;
import io.flotilla.client.internal.routing.ClusterView;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.TopicId;
import org.jspecify.annotations.Nullable;

/** Where fetching one partition stands. Owned by the client's loop; the fetcher reads and writes it. */
final class Cursor {
    /** No offset is known yet. */
    static final long NOWHERE = -1;

    /** The epoch of the record before the offset is not known. */
    static final int NO_EPOCH = -1;

    final PartitionName partition;
    /** Rises with each seek; what belongs to an older one is void. */
    final long generation;

    /** Next offset to fetch, {@link #NOWHERE} until it is known. */
    long offset;
    /** Leader epoch of the last record before the offset, {@link #NO_EPOCH} where nothing was read. */
    int lastEpoch = NO_EPOCH;
    /** The leader epoch in which the position was last known to be in the log. */
    int checkedEpoch = NO_EPOCH;

    /** The life of the topic that the position belongs to, null before anything was fetched. */
    @Nullable
    TopicId topic;

    /** A group says which life of the topic is meant: another one, or none, is waited for and no failure. */
    boolean pinned;

    /** The application does not want more now. */
    boolean paused;

    @Nullable
    Flight flight;

    /** The newest view in which the partition had a leader. */
    @Nullable
    ClusterView locatedIn;

    /** A question to the leader about the position is open. */
    boolean asking;
    /** The leader said that the offset is out of range, after the position was last checked. */
    boolean outOfRange;
    /** Nothing more happens before the application seeks. */
    boolean failed;

    /** Fetched and not yet consumed. */
    long bufferedBytes;

    /** How much the read on its way may bring, 0 without one. */
    int readBytes;
    /** The last answer reached the end of what could be read. */
    boolean caughtUp;
    /** A read was answered: what is there is known, and later ones may wait for more. */
    boolean wasRead;

    long pauseNanos;
    long notBeforeNanos = Long.MIN_VALUE;
    /** Since when the partition is not in the view; Long.MAX_VALUE while it is. */
    long missingSinceNanos = Long.MAX_VALUE;

    Cursor(PartitionName partition, long generation, long offset) {
        this.partition = partition;
        this.generation = generation;
        this.offset = offset;
    }

    /** Waits for an answer. */
    boolean isBusy() {
        return asking || flight != null || failed;
    }
}
