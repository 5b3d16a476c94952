package io.flotilla.client;

import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.client.internal.group.GroupTransport.AnswerListener;
import io.flotilla.client.internal.group.GroupTransport.Committed;
import io.flotilla.client.internal.group.GroupTransport.Offsets;
import io.flotilla.client.internal.group.OffsetCommits;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.FlotillaError;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the application commits, or has committed for it. For the application's thread, on which callbacks run. */
final class Commits {
    private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

    private final ConsumerCore core;
    private final Positions positions;
    private final IntSupplier life;
    private final long timeoutMs;
    /** Nanoseconds between automatic commits; empty for none. */
    private final Optional<Long> autoNanos;

    private final Queue<Runnable> callbacks = new ConcurrentLinkedQueue<>();
    /** Commits that have not ended. */
    private final AtomicInteger pending = new AtomicInteger();

    private long nextAutoNanos;
    private CompletableFuture<Void> auto = CompletableFuture.completedFuture(null);

    /** @param life of the member, {@link OffsetCommits#NO_LIFE} while a group does not say what to read */
    Commits(ConsumerCore core, ConsumerConfig config, Positions positions, IntSupplier life) {
        this.core = core;
        this.positions = positions;
        this.life = life;
        this.timeoutMs = config.apiTimeoutMs();
        this.autoNanos = config.group().flatMap(group -> group.autoCommitMs().map(TimeUnit.MILLISECONDS::toNanos));
        this.nextAutoNanos = core.clock().nanos() + autoNanos.orElse(0L);
    }

    /** The position of every assigned partition that has one: behind the records that poll has returned. */
    Map<TopicPartition, OffsetAndMetadata> consumed() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
        for (AssignedPartition partition : positions.all()) {
            if (partition.position() != AssignedPartition.NOWHERE) {
                offsets.put(partition.name(), consumed(partition));
            }
        }
        return offsets;
    }

    private static OffsetAndMetadata consumed(AssignedPartition partition) {
        OptionalInt epoch = partition.lastEpoch() == AssignedPartition.NO_EPOCH
                ? OptionalInt.empty()
                : OptionalInt.of(partition.lastEpoch());
        return new OffsetAndMetadata(partition.position(), epoch, "");
    }

    /**
     * Commits; what is committed later waits for it. The future fails with what commitSync throws, and completes on the
     * loop, before a nudge.
     */
    CompletableFuture<Void> submit(Map<TopicPartition, OffsetAndMetadata> offsets, long patienceMs) {
        core.groupOrRefuse();
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (offsets.isEmpty()) {
            done.complete(null);
            return done;
        }
        Map<GroupPartition, Committed> messages = new TreeMap<>();
        offsets.forEach((partition, offset) -> messages.put(
                identity(partition), new Committed(offset.offset(), offset.leaderEpoch(), offset.metadata())));
        int author = life.getAsInt();
        pending.incrementAndGet();
        core.loop()
                .execute(() -> core.groupOrRefuse().commits().commit(author, messages, patienceMs, failures -> {
                    if (failures.isEmpty()) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(exception(failures));
                    }
                    pending.decrementAndGet();
                    core.buffer().nudge();
                }));
        return done;
    }

    private static RuntimeException exception(Map<GroupPartition, FlotillaError> failures) {
        FlotillaError first = failures.values().iterator().next();
        return switch (first.code()) {
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, STALE_MEMBER_EPOCH -> new CommitFailedException(first);
            default -> first.exception();
        };
    }

    private GroupPartition identity(TopicPartition partition) {
        AssignedPartition known = positions.find(partition);
        return known != null
                ? known.identity()
                : new GroupPartition(new PartitionName(partition.topic(), partition.partition()), Optional.empty());
    }

    /** Commits without waiting; the callback runs in a later call of the application. */
    void async(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        Map<TopicPartition, OffsetAndMetadata> copy = new TreeMap<>(offsets);
        submit(copy, timeoutMs).whenComplete((nothing, failure) -> {
            callbacks.add(() -> callback.onComplete(copy, failure instanceof Exception known ? known : null));
        });
    }

    /** Runs the callbacks of commits that ended. */
    void runCallbacks() {
        Runnable callback = callbacks.poll();
        while (callback != null) {
            callback.run();
            callback = callbacks.poll();
        }
    }

    /** Commits what was consumed when the interval is over; answers nanoseconds until it will be. */
    long autoCommit() {
        if (autoNanos.isEmpty()) {
            return Long.MAX_VALUE;
        }
        long now = core.clock().nanos();
        if (now < nextAutoNanos || !auto.isDone()) {
            return Math.max(nextAutoNanos - now, TimeUnit.MILLISECONDS.toNanos(1));
        }
        nextAutoNanos = now + autoNanos.get();
        autoCommit(new TreeSet<>(positions.names()), timeoutMs);
        return Math.max(autoNanos.get(), TimeUnit.MILLISECONDS.toNanos(1));
    }

    /** Commits at once what was consumed of these partitions, where that is done automatically at all. */
    CompletableFuture<Void> autoCommit(Collection<TopicPartition> partitions, long patienceMs) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>();
        for (TopicPartition name : partitions) {
            AssignedPartition partition = positions.find(name);
            if (autoNanos.isPresent() && partition != null && partition.hasNews()) {
                offsets.put(name, consumed(partition));
                partition.submitted(partition.position());
            }
        }
        auto = submit(offsets, patienceMs);
        auto.whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.warn("an automatic commit of {} failed: {}", offsets.keySet(), failure.toString());
                callbacks.add(() -> forget(offsets.keySet()));
            }
        });
        return auto;
    }

    /** Commits at once what was consumed of partitions that are about to be read no more, without waiting. */
    void autoCommitOf(Collection<TopicPartition> partitions) {
        if (autoNanos.isPresent()) {
            auto = autoCommit(partitions, timeoutMs);
        }
    }

    /** Commits what was consumed where that is automatic, and waits until every commit has ended, or time is up. */
    void finish(Waits waits, long deadline) {
        if (core.group().isEmpty()) {
            return;
        }
        long patienceMs = Math.max(1, Math.min(timeoutMs, TimeUnit.NANOSECONDS.toMillis(waits.left(deadline))));
        autoCommit(positions.names(), patienceMs);
        waits.forEnd(() -> pending.get() == 0, deadline);
        runCallbacks();
    }

    private void forget(Collection<TopicPartition> partitions) {
        for (TopicPartition name : partitions) {
            AssignedPartition partition = positions.find(name);
            if (partition != null) {
                partition.submitted(AssignedPartition.NOWHERE);
            }
        }
    }

    /** Asks for the group's committed offsets; null where there is none. */
    CompletableFuture<Map<TopicPartition, @Nullable OffsetAndMetadata>> committed(
            Collection<TopicPartition> partitions, long patienceMs) {
        core.groupOrRefuse();
        Map<GroupPartition, TopicPartition> asked = new TreeMap<>();
        partitions.forEach(partition -> asked.put(identity(partition), partition));
        CompletableFuture<Map<TopicPartition, @Nullable OffsetAndMetadata>> done = new CompletableFuture<>();
        if (asked.isEmpty()) {
            done.complete(new TreeMap<>());
            return done;
        }
        core.loop()
                .execute(() -> core.groupOrRefuse().offsets().ask(asked.keySet(), patienceMs, new AnswerListener<>() {
                    @Override
                    public void answered(Offsets answer) {
                        Map<TopicPartition, @Nullable OffsetAndMetadata> found = new TreeMap<>();
                        asked.forEach((identity, partition) ->
                                found.put(partition, offset(answer.committed().get(identity))));
                        done.complete(found);
                        core.buffer().nudge();
                    }

                    @Override
                    public void failed(FlotillaError error) {
                        done.completeExceptionally(error.exception());
                        core.buffer().nudge();
                    }
                }));
        return done;
    }

    private static @Nullable OffsetAndMetadata offset(@Nullable Committed committed) {
        return committed == null
                ? null
                : new OffsetAndMetadata(committed.offset(), committed.leaderEpoch(), committed.metadata());
    }
}
