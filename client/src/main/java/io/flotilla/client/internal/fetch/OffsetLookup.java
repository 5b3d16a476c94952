package io.flotilla.client.internal.fetch;

import io.flotilla.client.internal.fetch.FetchTransport.FoundOffset;
import io.flotilla.client.internal.fetch.FetchTransport.OffsetQuestion;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.Location;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Asks leaders for offsets until they answer or time is up. Owned by the client's loop. */
public final class OffsetLookup {
    /** How long a partition that the cluster does not have is waited for. */
    static final long UNKNOWN_PARTITION_GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long ATTEMPT_TIMEOUT_MS = 5_000;
    /** The questions of a call are answered together: so not too many wait for the slowest among them. */
    private static final int QUESTIONS_PER_CALL = 200;

    private static final long NEVER = Long.MAX_VALUE;

    private final MetadataFollower metadata;
    private final FetchTransport transport;
    private final Backoff.Limits pauses;
    private final RandomGenerator random;
    private final Set<Inquiry> open = new LinkedHashSet<>();
    /** What this advance asks, by leader. */
    private final Map<Endpoint, List<FetchTransport.OffsetCall>> due = new LinkedHashMap<>();

    public OffsetLookup(
            MetadataFollower metadata, FetchTransport transport, Backoff.Limits pauses, RandomGenerator random) {
        this.metadata = metadata;
        this.transport = transport;
        this.pauses = pauses;
        this.random = random;
    }

    /** One question until its answer. */
    private final class Inquiry implements FetchTransport.OffsetListener {
        private final PartitionName partition;
        private final OffsetQuestion question;
        private final long timeoutNanos;
        private final FetchTransport.OffsetListener asker;
        private final Backoff backoff = new Backoff(pauses, random);
        private @Nullable Location where;
        private long startedNanos;
        private boolean started;
        private boolean asked;
        private long pauseNanos;
        private long notBeforeNanos = Long.MIN_VALUE;
        private FlotillaError last = FlotillaError.notApplied(ErrorCode.LEADER_NOT_AVAILABLE, "no leader is known");

        Inquiry(PartitionName partition, OffsetQuestion question, long timeoutMs, FetchTransport.OffsetListener asker) {
            this.partition = partition;
            this.question = question;
            this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            this.asker = asker;
        }

        @Override
        public void found(FoundOffset offset) {
            if (open.remove(this)) {
                asker.found(offset);
            }
        }

        @Override
        public void failed(FlotillaError error) {
            asked = false;
            last = error;
            pauseNanos = backoff.nextNanos();
            Location refusedBy = where;
            if (refusedBy != null) {
                error.leader().ifPresent(hint -> metadata.hint(refusedBy.topic(), refusedBy.partition(), hint));
            }
            if (!error.code().retriable()) {
                end(error);
            }
        }

        void end(FlotillaError error) {
            if (open.remove(this)) {
                asker.failed(error);
            }
        }
    }

    /** Asks; exactly one of the asker's methods is called, on the loop. */
    public void ask(
            PartitionName partition, OffsetQuestion question, long timeoutMs, FetchTransport.OffsetListener asker) {
        metadata.follow(partition.topic());
        open.add(new Inquiry(partition, question, timeoutMs, asker));
    }

    /** Does what is due; answers nanoseconds until something will be. */
    public long advance(long now) {
        long next = NEVER;
        for (Inquiry inquiry : new ArrayList<>(open)) {
            next = Math.min(next, advance(inquiry, now));
        }
        Map<Endpoint, List<FetchTransport.OffsetCall>> calls = new LinkedHashMap<>(due);
        due.clear();
        calls.forEach((leader, questions) -> {
            for (int from = 0; from < questions.size(); from += QUESTIONS_PER_CALL) {
                int to = Math.min(questions.size(), from + QUESTIONS_PER_CALL);
                transport.findOffsets(leader, List.copyOf(questions.subList(from, to)), ATTEMPT_TIMEOUT_MS);
            }
        });
        return next;
    }

    /** True while some question has no leader to go to. */
    public boolean isStuck() {
        return open.stream().anyMatch(inquiry -> !inquiry.asked);
    }

    private long advance(Inquiry inquiry, long now) {
        if (!inquiry.started) {
            inquiry.started = true;
            inquiry.startedNanos = now;
        }
        long left = inquiry.startedNanos + inquiry.timeoutNanos - now;
        if (inquiry.asked && left > 0) {
            return left;
        }
        boolean missing = metadata.isComplete() && !metadata.view().has(inquiry.partition);
        if (missing && now - inquiry.startedNanos >= UNKNOWN_PARTITION_GRACE_NANOS) {
            inquiry.end(FlotillaError.notApplied(
                    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "partition " + inquiry.partition + " does not exist"));
            return NEVER;
        }
        if (left <= 0) {
            inquiry.end(FlotillaError.notApplied(
                    ErrorCode.REQUEST_TIMED_OUT,
                    "no offset of " + inquiry.partition + " in time; the last attempt ended with " + inquiry.last));
            return NEVER;
        }
        if (inquiry.pauseNanos > 0) {
            inquiry.notBeforeNanos = now + inquiry.pauseNanos;
            inquiry.pauseNanos = 0;
        }
        if (now < inquiry.notBeforeNanos) {
            return Math.min(left, inquiry.notBeforeNanos - now);
        }
        Location where = metadata.view().locate(inquiry.partition);
        if (where == null) {
            return Math.min(left, missing ? UNKNOWN_PARTITION_GRACE_NANOS : left);
        }
        inquiry.where = where;
        inquiry.asked = true;
        due.computeIfAbsent(where.leader().endpoint(), leader -> new ArrayList<>())
                .add(new FetchTransport.OffsetCall(where, inquiry.question, inquiry));
        return left;
    }
}
