package io.flotilla.broker.fetcher;

import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.partition.FollowerPort;
import io.flotilla.broker.partition.LeaderLink;
import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerConfigKey;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Keeps what replicas of a reassignment fetch, all those of this broker together, within
 * follower.replication.throttled.rate. A fetch is let through when the rate has room for all that it may bring; what it
 * did not bring is given back with its answer. Replicas that are in sync once are not held back any more, and other
 * followers never are. Safe for any thread; nothing to close.
 */
public final class FollowerThrottle implements LeaderLink {
    /**
     * So much is asked for at once while a rate holds: large answers to many partitions would exceed it for a while.
     */
    static final int FETCH_BYTES_MAX = 64 << 10;

    private static final long SECOND_NANOS = 1_000_000_000L;
    /** How long a held fetch waits before it looks at the rate again, which may have changed. */
    private static final long LOOK_NANOS = 200_000_000L;

    private final LeaderLink fetcher;
    private final Supplier<MetadataImage> image;
    private final int brokerId;
    private final ControlLoop loop;
    private final Clock clock;

    // Guarded by this:
    /** What fetches under way may bring, by partition. */
    private final Map<PartitionId, Long> reserved = new TreeMap<>();

    private final Map<PartitionId, Held> held = new TreeMap<>();
    /** When the rate has room again; only its difference to now counts. */
    private long freeAtNanos;

    private volatile boolean busy;

    /** A fetch that waits for its turn. */
    private record Held(int leaderId, PartitionId partition, ReplicaQuestion question, long rate, long turnNanos) {}

    /**
     * @param fetcher the way to the leaders
     * @param image the applied metadata
     * @param brokerId this broker
     */
    public FollowerThrottle(
            LeaderLink fetcher, Supplier<MetadataImage> image, int brokerId, ControlLoop loop, Clock clock) {
        this.fetcher = fetcher;
        this.image = image;
        this.brokerId = brokerId;
        this.loop = loop;
        this.clock = clock;
        this.freeAtNanos = clock.nanos();
    }

    @Override
    public void ask(int leaderId, PartitionId partition, ReplicaQuestion question) {
        if (!busy && image.get().brokerConfigs().byBroker().isEmpty()) {
            fetcher.ask(leaderId, partition, question);
            return;
        }
        synchronized (this) {
            if (question.wish() instanceof ReplicaWish.Fetch fetch) {
                held.remove(partition);
                fetch(leaderId, partition, question, fetch);
            } else {
                if (question.wish() instanceof ReplicaWish.Stop) {
                    held.remove(partition);
                    settle(partition, 0);
                }
                fetcher.ask(leaderId, partition, question);
            }
            busy = !held.isEmpty() || !reserved.isEmpty();
        }
    }

    private void fetch(int leaderId, PartitionId partition, ReplicaQuestion question, ReplicaWish.Fetch fetch) {
        long rate = rate(partition);
        if (rate == Long.MAX_VALUE) {
            settle(partition, 0);
            fetcher.ask(leaderId, partition, question);
            return;
        }
        int bytes = Math.min(fetch.maxBytes(), FETCH_BYTES_MAX);
        ReplicaQuestion smaller = new ReplicaQuestion(
                question.leaderEpoch(),
                question.assignmentRevision(),
                question.session(),
                question.seenRound(),
                new ReplicaWish.Fetch(
                        fetch.logEnd(), fetch.reportedOffset(), fetch.lastEpoch(), fetch.logStart(), bytes));
        long now = clock.nanos();
        if (freeAtNanos - now < 0) {
            freeAtNanos = now;
        }
        Held turn = new Held(leaderId, partition, smaller, rate, freeAtNanos);
        if (!reserved.containsKey(partition)) {
            reserved.put(partition, (long) bytes);
            freeAtNanos += nanos(bytes, rate);
        }
        held.put(partition, turn);
        letThrough(turn);
    }

    /** Sends the fetch if it is its turn and no later one of the partition has come. */
    private void letThrough(Held turn) {
        synchronized (this) {
            if (held.get(turn.partition()) != turn) {
                return;
            }
            long waitNanos = turn.turnNanos() - clock.nanos();
            if (waitNanos > 0 && rate(turn.partition()) == turn.rate()) {
                var unused = loop.after(Math.min(waitNanos, LOOK_NANOS), () -> letThrough(turn));
                return;
            }
            if (waitNanos > 0) {
                freeAtNanos = clock.nanos(); // another rate holds: what the old one left over is void
            }
            held.remove(turn.partition());
            fetcher.ask(turn.leaderId(), turn.partition(), turn.question());
        }
    }

    /** The fetch under way brought so much: the rest of what was kept for it is free again. */
    private void settle(PartitionId partition, long bytes) {
        Long kept = reserved.remove(partition);
        if (kept != null) {
            long rate = rate(partition);
            freeAtNanos += rate == Long.MAX_VALUE ? 0 : nanos(bytes - kept, rate);
        }
    }

    private static long nanos(long bytes, long rate) {
        return (long) ((double) bytes * SECOND_NANOS / rate);
    }

    /** Bytes per second that hold for a replica; Long.MAX_VALUE where none does. */
    private long rate(PartitionId partition) {
        MetadataImage now = image.get();
        boolean comes = now.topics()
                .partition(partition)
                .filter(state ->
                        state.plan().adding().contains(brokerId) && !state.isr().contains(brokerId))
                .isPresent();
        return comes
                ? Long.parseLong(
                        now.brokerConfigs().value(brokerId, BrokerConfigKey.FOLLOWER_REPLICATION_THROTTLED_RATE))
                : Long.MAX_VALUE;
    }

    /** The partition as the fetcher should see it, so that its answers are counted. */
    public FollowerPort counted(PartitionId id, FollowerPort partition) {
        return busy ? new Counted(id, partition) : partition;
    }

    private final class Counted implements FollowerPort {
        private final PartitionId id;
        private final FollowerPort partition;

        Counted(PartitionId id, FollowerPort partition) {
            this.id = id;
            this.partition = partition;
        }

        @Override
        public void onStreamOpened(int leaderId) {
            partition.onStreamOpened(leaderId);
        }

        @Override
        public void onAnswer(int leaderId, ReceivedAnswer answer, Runnable taken) {
            synchronized (FollowerThrottle.this) {
                settle(id, answer.batches().remaining());
            }
            partition.onAnswer(leaderId, answer, taken);
        }
    }
}
