package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.Assignment;
import io.flotilla.broker.group.Decision;
import io.flotilla.broker.group.Decision.Given;
import io.flotilla.broker.group.Decision.Nothing;
import io.flotilla.broker.group.Decision.Refused;
import io.flotilla.broker.group.GroupCore;
import io.flotilla.broker.group.GroupRecord;
import io.flotilla.broker.group.GroupTopics;
import io.flotilla.broker.group.Heartbeat;
import io.flotilla.broker.group.Hello;
import io.flotilla.broker.group.ListedGroup;
import io.flotilla.broker.group.Now;
import io.flotilla.broker.group.StreamOfMember;
import io.flotilla.broker.partition.LoopMember;
import io.flotilla.broker.partition.Reply;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.record.RecordReader;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The groups of one partition of the offsets topic, while this broker leads it in one epoch. Loads them from the log,
 * decides on them, and shows what it decided once that is committed (R18). When an append fails, the state that counted
 * on it is dropped and read again. Loop thread only; whoever made it ends it with the epoch.
 */
final class Shard implements LoopMember {
    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);
    private static final long MS = 1_000_000L;
    private static final long RETRY_NANOS_MIN = 50 * MS;
    private static final long RETRY_NANOS_MAX = 2_000 * MS;
    private static final long CALM_NANOS = 10_000 * MS;
    private static final long REPORT_NANOS = 2_000 * MS;

    private final ShardId id;
    private final ShardParts parts;
    private final ShardLog log;
    private final ShardRefusals refusals;
    private final Streams streams = new Streams();

    private GroupTopics topics;
    private GroupCore core;
    private AppendQueue queue;
    /** Set while the groups are read. */
    private @Nullable LogReplay replay;
    /** When the groups are read again; Long.MAX_VALUE while they are, or were. */
    private long loadAtNanos = Long.MAX_VALUE;

    private long retryNanos = RETRY_NANOS_MIN;
    private long loadBeganNanos;
    /** When an append last failed. */
    private long droppedAtNanos = Long.MIN_VALUE / 2;

    private long reportAtNanos;
    private boolean serving;
    private boolean ended;

    /** @param topics of a revision that is not before the leadership's */
    Shard(ShardId id, ShardParts parts, ShardLog log, GroupTopics topics) {
        this.id = id;
        this.parts = parts;
        this.log = log;
        this.refusals = new ShardRefusals(id);
        this.topics = topics;
        this.core = parts.newCore();
        this.queue = newQueue();
    }

    ShardId id() {
        return id;
    }

    /** Begins to read the groups. */
    void begin() {
        loadBeganNanos = parts.clock().nanos();
        load();
    }

    /**
     * The epoch is over, or this broker ends: nothing is decided any more.
     *
     * @param reason with a hint who coordinates its groups now
     */
    void end(FlotillaError reason) {
        ended = true;
        serving = false;
        cancelReplay();
        LOG.info("coordinates the groups of {} no more, {} streams of members end: {}", id, streams.count(), reason);
        queue.end(reason);
        streams.endAll(reason);
    }

    // ---- loading -------------------------------------------------------------------------------------------------

    private void load() {
        core = parts.newCore();
        queue = newQueue();
        loadAtNanos = Long.MAX_VALUE;
        reportAtNanos = parts.clock().nanos() + REPORT_NANOS;
        LogReplay reading = new LogReplay(log, parts.loop(), new Loading());
        replay = reading;
        reading.begin();
    }

    private void cancelReplay() {
        LogReplay reading = replay;
        if (reading != null) {
            reading.cancel();
            replay = null;
        }
    }

    /** What the log tells while it is read. */
    private final class Loading implements LogReplay.Listener {
        @Override
        public void onRecord(RecordReader record) {
            byte[] key = record.keyBytes();
            if (key != null) {
                core.replay(new GroupRecord(key, record.valueBytes()));
            }
        }

        @Override
        public void onProgress(LogReplay progress) {
            long nowNanos = parts.clock().nanos();
            if (nowNanos - reportAtNanos >= 0) {
                reportAtNanos = nowNanos + REPORT_NANOS;
                LOG.info(
                        "reading the groups of {}: at offset {} of {}",
                        id,
                        progress.nextOffset(),
                        progress.endOffset());
            }
        }

        @Override
        public void onEnd(LogReplay done) {
            replay = null;
            serving = true;
            take(core.loaded(topics, now()), new Unasked());
            long tookMs = (parts.clock().nanos() - loadBeganNanos) / MS;
            LOG.info(
                    "coordinates the {} groups of {}, read from {} records in {} ms",
                    groups(),
                    id,
                    done.records(),
                    tookMs);
        }

        @Override
        public void onFailure(FlotillaError reason) {
            replay = null;
            if (reason.code() == ErrorCode.KAFKA_STORAGE_ERROR) {
                LOG.warn("the groups of {} cannot be read: {}", id, reason);
            } else {
                LOG.debug("the groups of {} cannot be read yet: {}", id, reason);
            }
            loadLater();
        }
    }

    private void loadLater() {
        loadAtNanos = parts.clock().nanos() + retryNanos;
        retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAX);
        parts.loop().keepTicking(this);
    }

    /** An append failed: the state counts on it, so it is read anew. */
    private void drop(FlotillaError cause) {
        if (ended) {
            return;
        }
        long nowNanos = parts.clock().nanos();
        if (nowNanos - droppedAtNanos > CALM_NANOS) { // else what fails, fails again: on a full disk, say
            retryNanos = RETRY_NANOS_MIN;
        }
        droppedAtNanos = nowNanos;
        LOG.warn("the groups of {} are read again, for an append failed: {}", id, cause);
        serving = false;
        FlotillaError reason = refusals.loading();
        queue.end(reason);
        streams.endAll(reason);
        loadBeganNanos = nowNanos;
        loadLater();
    }

    private AppendQueue newQueue() {
        return new AppendQueue(log, parts.loop(), parts.clock(), parts.limits(), this::drop);
    }

    /** For the log only. */
    private int groups() {
        return core.list(Set.of()).answer() instanceof Given<List<ListedGroup>> all
                ? all.value().size()
                : 0;
    }

    // ---- members -------------------------------------------------------------------------------------------------

    /** A member joins or comes back; the answer goes to its stream. */
    void hello(Hello hello, MemberStream stream) {
        FlotillaError refusal = refusal();
        if (refusal != null) {
            stream.end(refusal);
            return;
        }
        long connection = hello.peer().connection();
        streams.add(connection, stream);
        take(core.hello(hello, now()), new Reply<>() {
            @Override
            public void answer(Assignment assignment) {
                LOG.atLevel(hello.memberEpoch() == 0 ? Level.INFO : Level.DEBUG)
                        .log(
                                "member {} of group '{}' at {} joins or is back, in epoch {}",
                                hello.memberId(),
                                hello.group(),
                                hello.peer().host(),
                                assignment.memberEpoch());
                stream.welcome(assignment);
            }

            @Override
            public void refuse(FlotillaError error) {
                streams.remove(connection);
                stream.end(error);
            }
        });
    }

    /** A member was heard. */
    void heartbeat(Heartbeat heartbeat, MemberStream stream) {
        if (serving) { // else its stream has an end already
            take(core.heartbeat(heartbeat, now()), new Reply<>() {
                @Override
                public void answer(Integer memberEpoch) {
                    stream.heard(memberEpoch);
                }

                @Override
                public void refuse(FlotillaError error) {
                    streams.remove(heartbeat.stream().connection());
                    stream.end(error);
                }
            });
        }
    }

    /** A member goes. */
    void leave(StreamOfMember from, boolean giveUpStaticPlace, MemberStream stream) {
        if (!serving) {
            return;
        }
        take(core.leave(from, giveUpStaticPlace, now()), new Reply<>() {
            @Override
            public void answer(Nothing nothing) {
                LOG.info("member {} of group '{}' leaves", from.memberId(), from.group());
                streams.remove(from.connection());
                stream.left();
            }

            @Override
            public void refuse(FlotillaError error) {
                streams.remove(from.connection());
                stream.end(error);
            }
        });
    }

    /** A member's stream is gone without a word. */
    void disconnected(StreamOfMember stream) {
        boolean known = streams.remove(stream.connection()) != null;
        if (known && serving) {
            LOG.debug("the stream of member {} of group '{}' broke", stream.memberId(), stream.group());
            core.disconnected(stream, now());
            parts.loop().touch(this);
        }
    }

    // ---- everybody else ------------------------------------------------------------------------------------------

    /** Lets the groups decide on a request; refused while they are not there, or too much waits. */
    <R> void ask(BiFunction<GroupCore, Now, Decision<R>> request, Reply<R> reply) {
        FlotillaError refusal = refusal();
        if (refusal != null) {
            reply.refuse(refusal);
            return;
        }
        Decision<R> decision = request.apply(core, now());
        boolean looks = decision.records().isEmpty();
        take(decision, looks ? ConfirmedReply.of(reply, log, parts.loop(), refusals) : reply);
    }

    /** The metadata changed in a way that groups may care for. */
    void topicsChanged(GroupTopics now) {
        topics = now;
        if (serving) {
            take(core.topicsChanged(now, now()), new Unasked());
        }
    }

    private @Nullable FlotillaError refusal() {
        if (!serving) {
            return refusals.loading();
        }
        return queue.isFull() ? refusals.overloaded() : null;
    }

    // ---- decisions -----------------------------------------------------------------------------------------------

    /** For inputs that nobody made. */
    private static final class Unasked implements Reply<Nothing> {
        @Override
        public void answer(Nothing nothing) {}

        @Override
        public void refuse(FlotillaError error) {}
    }

    /** Whatever was decided is part of the state already: its records go to the log, and the rest waits for them. */
    private <R> void take(Decision<R> decision, Reply<R> reply) {
        queue.add(decision.records(), new Shown() {
            @Override
            public void show() {
                if (decision.answer() instanceof Given<R> given) {
                    reply.answer(given.value());
                } else if (decision.answer() instanceof Refused<R> refused) {
                    reply.refuse(refused.error());
                }
                streams.push(decision.pushes());
            }

            @Override
            public void fail(FlotillaError error) {
                reply.refuse(refusals.afterAppend(error));
            }
        });
        parts.loop().touch(this);
    }

    private Now now() {
        return new Now(parts.clock().nanos(), parts.clock().wallMs());
    }

    // ---- turns ---------------------------------------------------------------------------------------------------

    @Override
    public void afterTurn(long nowNanos) {
        if (!serving) {
            return;
        }
        if (isDue(nowNanos)) {
            take(core.tick(now()), new Unasked());
            if (isDue(nowNanos)) { // more than one turn's work
                parts.loop().execute(() -> parts.loop().touch(this));
            }
        }
        queue.flush();
        if (queue.wantsRetry() || core.nextDeadlineNanos() != Long.MAX_VALUE) {
            parts.loop().keepTicking(this);
        }
    }

    @Override
    public boolean onTick(long nowNanos) {
        if (ended) {
            return false;
        }
        if (loadAtNanos != Long.MAX_VALUE && nowNanos - loadAtNanos >= 0) {
            load();
        }
        if (serving && (queue.wantsRetry() || isDue(nowNanos))) {
            parts.loop().touch(this);
        }
        boolean waits = queue.wantsRetry() || core.nextDeadlineNanos() != Long.MAX_VALUE;
        return loadAtNanos != Long.MAX_VALUE || (serving && waits);
    }

    private boolean isDue(long nowNanos) {
        long deadlineNanos = core.nextDeadlineNanos();
        return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos >= 0;
    }
}
