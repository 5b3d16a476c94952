package io.flotilla.broker.fetcher;

import io.flotilla.broker.fetcher.ReplicaFetcher.FetcherParts;
import io.flotilla.broker.metadata.Backoff;
import io.flotilla.broker.partition.FollowerPort;
import io.flotilla.broker.partition.ReceivedAnswer;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The stream to one leader: open while partitions want something of it, opened again with a growing pause when it
 * breaks, given up when the leader falls silent or either end's registration changes. Questions and answers pass
 * through on their callers' threads; its coming and going is the control loop's. Closed by its fetcher.
 */
final class LeaderStream {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderStream.class);

    private final int leaderId;
    private final FetcherParts parts;
    /** Partitions that asked and have not stopped. */
    private final Set<PartitionId> wanting = ConcurrentHashMap.newKeySet();
    /** The attempt whose events count; null between attempts. Written on the control loop. */
    private volatile @Nullable Attempt current;

    // The control loop's alone:
    private Backoff backoff;
    /** A timer will try to open the stream. */
    private boolean retrying;
    /** A timer will look after the stream. */
    private boolean ticking;

    private boolean closed;

    LeaderStream(int leaderId, FetcherParts parts) {
        this.leaderId = leaderId;
        this.parts = parts;
        this.backoff = parts.settings().backoff();
    }

    void ask(PartitionId partition, ReplicaQuestion question) {
        if (question.wish() instanceof ReplicaWish.Stop) {
            wanting.remove(partition);
        } else if (wanting.add(partition)) {
            parts.loop().execute(this::wanted);
        }
        Attempt attempt = current;
        if (attempt != null) {
            attempt.ask(partition, question);
        }
    }

    void close() {
        parts.loop().execute(() -> {
            closed = true;
            drop();
        });
    }

    private void wanted() {
        if (!ticking) {
            ticking = true;
            tickLater();
        }
        if (!retrying) {
            open();
        }
    }

    private void open() {
        if (closed || current != null || wanting.isEmpty()) {
            return;
        }
        Optional<ReplicaStreamOpening> opening = parts.peers().opening(leaderId);
        if (opening.isEmpty()) {
            retryLater();
            return;
        }
        Attempt attempt = new Attempt(opening.get(), parts.clock().nanos());
        current = attempt;
        attempt.begin();
    }

    private void retryLater() {
        if (retrying) {
            return;
        }
        retrying = true;
        parts.loop().after(backoff.waitNanos(), () -> {
            retrying = false;
            open();
        });
        backoff = backoff.afterFailure();
    }

    private void tickLater() {
        parts.loop().after(parts.settings().heartbeatNanos(), this::tick);
    }

    private void tick() {
        if (closed) {
            return;
        }
        if (wanting.isEmpty()) {
            drop();
            ticking = false;
            return;
        }
        Attempt attempt = current;
        if (attempt != null) {
            String trouble = attempt.trouble(
                    parts.peers().opening(leaderId), parts.clock().nanos());
            if (trouble.isEmpty()) {
                attempt.heartbeat();
            } else {
                LOG.info("gave up the replica stream to broker {}: {}", leaderId, trouble);
                drop();
                retryLater();
            }
        }
        tickLater();
    }

    private void drop() {
        Attempt attempt = current;
        current = null;
        if (attempt != null) {
            attempt.close();
        }
    }

    /** One stream, from the attempt to open it to its end. Its events come on the transport's threads. */
    private final class Attempt implements ReplicaTransport.Events {
        private static final int GRANTS_PER_CREDIT = 4;

        private final ReplicaStreamOpening opening;
        /** Bytes taken since credit was last given back. */
        private final AtomicLong takenBytes = new AtomicLong();

        private volatile ReplicaTransport.@Nullable Stream stream;
        /** The leader has accepted the stream, and partitions ask on it. Written on the control loop. */
        private volatile boolean accepted;

        private volatile long heardAtNanos;

        Attempt(ReplicaStreamOpening opening, long nowNanos) {
            this.opening = opening;
            this.heardAtNanos = nowNanos;
        }

        void begin() {
            stream = parts.transport().open(opening, parts.settings().creditBytes(), this);
        }

        /** What is asked before the leader accepts is dropped: then every partition is told to ask anew. */
        void ask(PartitionId partition, ReplicaQuestion question) {
            ReplicaTransport.Stream open = stream;
            if (accepted && open != null) {
                open.ask(partition, question);
            }
        }

        void heartbeat() {
            ReplicaTransport.Stream open = stream;
            if (open != null) {
                open.heartbeat();
            }
        }

        void close() {
            ReplicaTransport.Stream open = stream;
            if (open != null) {
                open.close();
            }
        }

        /** Why the stream is worth no more waiting; empty while it is. */
        String trouble(Optional<ReplicaStreamOpening> wanted, long nowNanos) {
            FetcherSettings settings = parts.settings();
            if (nowNanos - heardAtNanos >= (accepted ? settings.silenceNanosMax() : settings.openNanosMax())) {
                return accepted ? "the leader is silent" : "the leader did not accept it in time";
            }
            return wanted.filter(opening::equals).isPresent() ? "" : "the registrations changed";
        }

        @Override
        public void onHeartbeat() {
            heardAtNanos = parts.clock().nanos();
            if (!accepted) {
                parts.loop().execute(this::accept);
            }
        }

        private void accept() {
            if (accepted || current != this) {
                return;
            }
            accepted = true;
            backoff = backoff.afterSuccess();
            for (PartitionId partition : wanting) {
                parts.partitions().find(partition).ifPresent(port -> port.onStreamOpened(leaderId));
            }
        }

        @Override
        public void onAnswer(PartitionId partition, ReceivedAnswer answer) {
            heardAtNanos = parts.clock().nanos();
            if (current != this) {
                return;
            }
            long bytes = answer.batches().remaining();
            Optional<FollowerPort> follower = parts.partitions().find(partition);
            if (follower.isPresent()) {
                follower.get().onAnswer(leaderId, answer, () -> taken(bytes));
            } else {
                taken(bytes);
            }
        }

        private void taken(long bytes) {
            ReplicaTransport.Stream open = stream;
            if (bytes > 0
                    && takenBytes.addAndGet(bytes) >= parts.settings().creditBytes() / GRANTS_PER_CREDIT
                    && open != null) {
                open.grant(takenBytes.getAndSet(0));
            }
        }

        @Override
        public void onClosed(FlotillaError why) {
            parts.loop().execute(() -> {
                if (current == this) {
                    // A leader that is down is tried again and again: only the loss of a stream is news.
                    LOG.atLevel(accepted ? Level.INFO : Level.DEBUG)
                            .log("the replica stream to broker {} ended: {}", leaderId, why);
                    current = null;
                    retryLater();
                }
            });
        }
    }
}
