package io.flotilla.broker.fetcher;

import io.flotilla.broker.metadata.ControlLoop;
import io.flotilla.broker.partition.AnswerHeader;
import io.flotilla.broker.partition.FollowerPort;
import io.flotilla.broker.partition.LeaderLink;
import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerConfigKey;
import io.flotilla.model.image.BrokerConfigsImage;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Keeps what replicas of a reassignment fetch, all those of this broker together, within
 * follower.replication.throttled.rate. Their fetches go one after another, each as soon as the rate has paid for what
 * those before it may bring; what one did not bring is given back with its answer.
 *
 * <p>A replica that has all that was committed when its leader last answered may be about to join the in-sync replicas,
 * where acknowledgements wait for it before the metadata says so here: its fetches are counted, and never held.
 * Replicas that are in sync once are not even counted, and other followers never are. Safe for any thread; nothing to
 * close.
 */
public final class FollowerThrottle implements LeaderLink {
    /**
     * So much is asked for at once while a rate holds: large answers to many partitions would exceed it for a while.
     */
    static final int FETCH_BYTES_MAX = 64 << 10;

    private static final double SECOND_NANOS = 1e9;
    /** How long held fetches wait before somebody looks at the metadata again, which may set them free. */
    private static final long LOOK_NANOS = 200_000_000L;

    private final LeaderLink fetcher;
    private final Supplier<MetadataImage> image;
    private final int brokerId;
    private final ControlLoop loop;
    private final Clock clock;

    // Guarded by this:
    /** Fetches that wait, in the order of their turns. */
    private final Map<PartitionId, Held> held = new LinkedHashMap<>();
    /** What fetches under way may bring, by partition; 0 for one that is only counted when it has come. */
    private final Map<PartitionId, Integer> reserved = new TreeMap<>();

    private final Map<PartitionId, Committed> committed = new TreeMap<>();
    /** What was let through and the rate has not paid for; 0 or more. */
    private double owedBytes;

    private long paidAtNanos;
    /** A timer will look at what is held, at lookAtNanos. */
    private boolean looking;

    private long lookAtNanos;
    private ControlLoop.Timer timer = ControlLoop.Timer.NONE;

    private volatile boolean busy;

    /** A fetch that waits for its turn. */
    private record Held(int leaderId, ReplicaQuestion question, int bytes) {}

    /** What the leader of an epoch last said is committed. */
    private record Committed(int leaderEpoch, long highWatermark) {}

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
        this.paidAtNanos = clock.nanos();
    }

    @Override
    public void ask(int leaderId, PartitionId partition, ReplicaQuestion question) {
        if (!busy && rate() == Long.MAX_VALUE) {
            fetcher.ask(leaderId, partition, question);
            return;
        }
        synchronized (this) {
            if (question.wish() instanceof ReplicaWish.Fetch fetch) {
                settle(partition, 0); // whoever asks again has lost the answer with its stream
                fetch(leaderId, partition, question, fetch);
            } else {
                if (question.wish() instanceof ReplicaWish.Stop) {
                    held.computeIfPresent(partition, (id, turn) -> turn.leaderId() == leaderId ? null : turn);
                    settle(partition, 0);
                    committed.remove(partition);
                }
                fetcher.ask(leaderId, partition, question);
            }
            note();
        }
    }

    private void fetch(int leaderId, PartitionId partition, ReplicaQuestion question, ReplicaWish.Fetch fetch) {
        if (!isHeldBack(partition)) {
            held.remove(partition);
            committed.remove(partition);
            fetcher.ask(leaderId, partition, question);
            return;
        }
        int bytes = Math.min(fetch.maxBytes(), FETCH_BYTES_MAX);
        Held turn = new Held(leaderId, smaller(question, fetch, bytes), bytes);
        Committed known = committed.get(partition);
        if (known != null && known.leaderEpoch() == question.leaderEpoch() && known.highWatermark() <= fetch.logEnd()) {
            held.remove(partition);
            reserved.put(partition, 0);
            send(partition, turn);
            return;
        }
        held.put(partition, turn); // in the place of the one that waits, if there is one
        takeTurns();
    }

    private static ReplicaQuestion smaller(ReplicaQuestion question, ReplicaWish.Fetch fetch, int bytes) {
        return new ReplicaQuestion(
                question.leaderEpoch(),
                question.assignmentRevision(),
                question.session(),
                question.seenRound(),
                new ReplicaWish.Fetch(
                        fetch.logEnd(), fetch.reportedOffset(), fetch.lastEpoch(), fetch.logStart(), bytes));
    }

    /** Sends the fetches whose turn it is. */
    private void takeTurns() {
        long rate = pay();
        Iterator<Map.Entry<PartitionId, Held>> waiting = held.entrySet().iterator();
        while (owedBytes <= 0 && waiting.hasNext()) {
            Map.Entry<PartitionId, Held> next = waiting.next();
            waiting.remove();
            if (rate != Long.MAX_VALUE) {
                reserved.put(next.getKey(), next.getValue().bytes());
                owedBytes += next.getValue().bytes();
            }
            send(next.getKey(), next.getValue());
        }
        if (!held.isEmpty()) {
            lookAfter(Math.min((long) Math.ceil(owedBytes * SECOND_NANOS / rate), LOOK_NANOS));
        }
    }

    private void lookAfter(long waitNanos) {
        long atNanos = paidAtNanos + waitNanos;
        if (!looking || atNanos - lookAtNanos < 0) {
            timer.cancel();
            looking = true;
            lookAtNanos = atNanos;
            timer = loop.after(waitNanos, this::look);
        }
    }

    /** Sets free what need not wait any more, whether it is its turn or not. */
    private void look() {
        synchronized (this) {
            looking = false;
            held.entrySet().removeIf(waiting -> {
                boolean free = !isHeldBack(waiting.getKey());
                if (free) {
                    send(waiting.getKey(), waiting.getValue());
                }
                return free;
            });
            takeTurns();
            note();
        }
    }

    private void send(PartitionId partition, Held turn) {
        fetcher.ask(turn.leaderId(), partition, turn.question());
    }

    /** The fetch under way brought so much: what was kept for it beyond that is free again. */
    private void settle(PartitionId partition, int bytes) {
        Integer kept = reserved.remove(partition);
        if (kept != null) {
            pay();
            owedBytes = Math.max(0, owedBytes + bytes - kept);
        }
    }

    /** Bytes per second, Long.MAX_VALUE without a limit. */
    private long rate() {
        BrokerConfigsImage configs = image.get().brokerConfigs();
        return configs.byBroker().isEmpty()
                ? Long.MAX_VALUE
                : Long.parseLong(configs.value(brokerId, BrokerConfigKey.FOLLOWER_REPLICATION_THROTTLED_RATE));
    }

    /** Lets the time that has passed pay; returns the rate. */
    private long pay() {
        long rate = rate();
        long nowNanos = clock.nanos();
        owedBytes =
                rate == Long.MAX_VALUE ? 0 : Math.max(0, owedBytes - (nowNanos - paidAtNanos) * (rate / SECOND_NANOS));
        paidAtNanos = nowNanos;
        return rate;
    }

    /** Whether a replica comes with a reassignment and is not in sync yet. */
    private boolean isHeldBack(PartitionId partition) {
        return image.get()
                .topics()
                .partition(partition)
                .filter(state ->
                        state.plan().adding().contains(brokerId) && !state.isr().contains(brokerId))
                .isPresent();
    }

    private void note() {
        busy = !held.isEmpty() || !reserved.isEmpty() || !committed.isEmpty();
    }

    /** The partition as the fetcher should see it, so that its answers are counted. */
    public FollowerPort counted(PartitionId id, FollowerPort partition) {
        return busy ? new Counted(id, partition) : partition;
    }

    private synchronized void answered(PartitionId partition, ReceivedAnswer answer) {
        AnswerHeader header = answer.header();
        if (reserved.containsKey(partition) && header.error() == null && header.diverging() == null) {
            committed.put(partition, new Committed(header.leaderEpoch(), header.highWatermark()));
        }
        settle(partition, answer.batches().remaining());
        if (!held.isEmpty()) {
            loop.execute(this::onGivenBack);
        }
        note();
    }

    private synchronized void onGivenBack() {
        takeTurns();
        note();
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
            answered(id, answer);
            partition.onAnswer(leaderId, answer, taken);
        }
    }
}
