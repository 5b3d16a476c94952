package io.flotilla.client;

import io.flotilla.client.internal.fetch.FetchTransport.OffsetSpec;
import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.client.internal.group.GroupSubscription;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.FlotillaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads records of partitions that the application assigns itself, or that its group gives it. For one thread, except
 * {@link #wakeup}; a thread of its own fetches ahead, at most {@code fetch.max.bytes}. Records of a partition come in
 * the order of their offsets, each once, from {@link #position} on. Whoever makes a consumer closes it.
 *
 * <p>Consumers with one {@code group.id} share the work, as workers share a queue: each partition is read by one of
 * them, and those that remain take over from one that dies. Consumers with a {@code group.id} each get everything, as a
 * broadcast.
 *
 * <pre>{@code
 * try (Consumer consumer = new Consumer(Map.of("bootstrap.servers", servers, "group.id", "billing"))) {
 *     consumer.subscribe(List.of("orders"));
 *     while (running) {
 *         consumer.poll(Duration.ofSeconds(1)).forEach(this::bill);
 *     }
 * }
 * }</pre>
 *
 * <p>By default what poll has returned is committed from time to time, by later polls and by close: after a crash some
 * records are read again, and none is skipped.
 */
public final class Consumer implements AutoCloseable {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final ConsumerCore core;
    private final Duration apiTimeout;
    private final Waits waits;
    private final Positions positions;
    private final RecordSource source;
    private final OffsetQueries queries;
    private final GroupMember member;
    private final Commits commits;
    private final Subscription subscription = new Subscription();

    /** A consumer configured by names and values, for example java.util.Properties. */
    public Consumer(Map<?, ?> config) {
        this(ConsumerConfig.of(config));
    }

    public Consumer(ConsumerConfig config) {
        this.core = new ConsumerCore(config);
        this.apiTimeout = Duration.ofMillis(config.apiTimeoutMs());
        this.waits = new Waits(core);
        this.positions = new Positions(core, config.checkCrcs());
        this.source = new RecordSource(core, config, positions);
        this.queries = new OffsetQueries(core.loop(), core.lookup(), config.apiTimeoutMs());
        this.member = new GroupMember(core, config, positions);
        this.commits = new Commits(core, config, positions, member::life);
        core.start();
    }

    /** Reads these topics as a member of {@code group.id}, until the next subscribe; none at all is unsubscribe. */
    public void subscribe(Collection<String> topics) {
        subscribe(topics, null);
    }

    /**
     * Reads these topics as a member of {@code group.id}; poll joins the group, and calls the listener.
     *
     * @throws IllegalStateException when it reads a pattern, or partitions of its own choice
     * @throws FlotillaException INVALID_GROUP_ID without group.id
     */
    public void subscribe(Collection<String> topics, @Nullable ConsumerRebalanceListener listener) {
        if (topics.isEmpty()) {
            unsubscribe();
            return;
        }
        core.groupOrRefuse();
        subscription.become(Subscription.Mode.TOPICS, topics);
        member.subscribe(new GroupSubscription(subscription.topics(), Optional.empty()), listener);
    }

    /** Reads the topics that match, those that come later included, as a member of {@code group.id}. */
    public void subscribe(SubscriptionPattern pattern) {
        subscribe(pattern, null);
    }

    /** As {@link #subscribe(Collection, ConsumerRebalanceListener)}; a pattern that is none makes poll fail. */
    public void subscribe(SubscriptionPattern pattern, @Nullable ConsumerRebalanceListener listener) {
        core.groupOrRefuse();
        subscription.become(Subscription.Mode.PATTERN, List.of());
        member.subscribe(new GroupSubscription(List.of(), Optional.of(pattern.pattern())), listener);
    }

    /** Gives everything up, after committing it where that is automatic, and leaves the group. */
    public void unsubscribe() {
        long deadline = waits.deadline(apiTimeout);
        try {
            if (!subscription.isGroups()) {
                commits.autoCommitOf(positions.names());
            }
            member.leave(commits, waits, deadline);
        } finally {
            positions.end(positions.names());
            subscription.clear();
        }
    }

    /** The topics that were subscribed to; of a pattern, those that this member has partitions of. */
    public Set<String> subscription() {
        if (subscription.mode() != Subscription.Mode.PATTERN) {
            return subscription.topics();
        }
        Set<String> topics = new TreeSet<>();
        positions.names().forEach(partition -> topics.add(partition.topic()));
        return topics;
    }

    /**
     * Reads exactly these partitions from now on. A partition that was assigned before keeps its position, another one
     * starts where {@link #seek} says, else at what {@code group.id} has committed, else where
     * {@code auto.offset.reset} says.
     *
     * @throws IllegalStateException when a group says what to read
     */
    public void assign(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            unsubscribe();
            return;
        }
        subscription.become(Subscription.Mode.PARTITIONS, List.of());
        Set<TopicPartition> wanted = new TreeSet<>(partitions);
        Set<TopicPartition> gone = positions.names();
        gone.removeAll(wanted);
        wanted.removeAll(positions.names());
        commits.autoCommitOf(gone);
        positions.end(gone);
        List<GroupPartition> fresh = new ArrayList<>();
        wanted.forEach(partition -> fresh.add(
                new GroupPartition(new PartitionName(partition.topic(), partition.partition()), Optional.empty())));
        positions.begin(fresh);
    }

    public Set<TopicPartition> assignment() {
        return Set.copyOf(positions.names());
    }

    /** Goes on at an offset; the next poll returns records from there on. */
    public void seek(TopicPartition partition, long offset) {
        seek(partition, new OffsetAndMetadata(offset));
    }

    /** Goes on at an offset, after checking against its leader epoch that the log still holds what was read before. */
    public void seek(TopicPartition partition, OffsetAndMetadata offset) {
        positions.seek(partition, offset.offset(), offset.leaderEpoch().orElse(AssignedPartition.NO_EPOCH));
    }

    /** Goes on at the first offset that each partition holds; without partitions, of all assigned ones. */
    public void seekToBeginning(Collection<TopicPartition> partitions) {
        seekTo(partitions, OffsetSpec.EARLIEST);
    }

    /** Goes on behind the last readable record of each partition; without partitions, of all assigned ones. */
    public void seekToEnd(Collection<TopicPartition> partitions) {
        seekTo(partitions, OffsetSpec.LATEST);
    }

    private void seekTo(Collection<TopicPartition> partitions, OffsetSpec where) {
        Collection<TopicPartition> chosen = partitions.isEmpty() ? positions.names() : List.copyOf(partitions);
        chosen.forEach(partition -> positions.seek(partition, where));
    }

    /** Returns no more records of these partitions before they are resumed or assigned anew. */
    public void pause(Collection<TopicPartition> partitions) {
        source.pause(partitions);
    }

    public void resume(Collection<TopicPartition> partitions) {
        source.resume(partitions);
    }

    public Set<TopicPartition> paused() {
        Set<TopicPartition> paused = positions.names();
        paused.removeIf(partition -> !positions.get(partition).isPaused());
        return paused;
    }

    /**
     * Returns records as soon as there are any, at most {@code max.poll.records}; an empty list when the time is up.
     * Also joins the group, calls the listener and the callbacks of commits, and commits where that is automatic.
     *
     * @throws WakeupException after {@link #wakeup}
     * @throws LogTruncationException when records that were read are no longer in the log and auto.offset.reset is none
     * @throws FlotillaException for a partition that cannot be read: it does not exist, its position is out of range
     *     and auto.offset.reset is none, a batch is damaged; seek to go on with it. And for a group that refuses this
     *     member for good: UNRELEASED_INSTANCE_ID, INVALID_REGULAR_EXPRESSION, GROUP_MAX_SIZE_REACHED and others;
     *     subscribe again to go on
     */
    public List<ConsumerRecord> poll(Duration timeout) {
        long deadline = waits.deadline(timeout);
        List<ConsumerRecord> records = new ArrayList<>();
        core.polls().entered();
        try {
            while (true) {
                commits.runCallbacks();
                member.reconcile(commits);
                long untilCommit = commits.autoCommit();
                source.collect(records);
                long left = waits.left(deadline);
                if (!records.isEmpty() || left <= 0) {
                    return records;
                }
                waits.forEvents(Math.min(left, untilCommit));
            }
        } finally {
            core.polls().left(core.clock().nanos());
        }
    }

    /**
     * The offset of the next record that poll returns; waits until it is known.
     *
     * @throws FlotillaException when it cannot be found, or not within default.api.timeout.ms
     */
    public long position(TopicPartition partition) {
        return source.position(partition, waits, waits.deadline(apiTimeout));
    }

    /** Commits the positions of all assigned partitions: what poll has returned counts as consumed. */
    public void commitSync() {
        commitSync(commits.consumed());
    }

    public void commitSync(Duration timeout) {
        commitSync(commits.consumed(), timeout);
    }

    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        commitSync(offsets, apiTimeout);
    }

    /**
     * Commits and waits until that survives what an acknowledged record survives.
     *
     * @throws CommitFailedException when the group has removed this member: others may read the partitions already
     * @throws WakeupException after {@link #wakeup}; whether it was committed is not known
     * @throws FlotillaException for any other failure; where it was for some partitions only, the others are committed
     */
    public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        long deadline = waits.deadline(timeout);
        try {
            waits.forAnswer(commits.submit(offsets, Math.max(1, timeout.toMillis())), deadline, "a commit");
        } finally {
            commits.runCallbacks();
        }
    }

    public void commitAsync() {
        commitAsync((offsets, failure) -> {});
    }

    public void commitAsync(OffsetCommitCallback callback) {
        commitAsync(commits.consumed(), callback);
    }

    /** Commits without waiting. Commits are made in their order, and tried again for default.api.timeout.ms. */
    public void commitAsync(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        commits.async(offsets, callback);
    }

    public Map<TopicPartition, @Nullable OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        return committed(partitions, apiTimeout);
    }

    /**
     * What the group has committed; null for a partition of which it has committed nothing.
     *
     * @throws FlotillaException when the coordinator refuses, or does not answer in time
     */
    public Map<TopicPartition, @Nullable OffsetAndMetadata> committed(
            Set<TopicPartition> partitions, Duration timeout) {
        long deadline = waits.deadline(timeout);
        return waits.forAnswer(
                commits.committed(partitions, Math.max(1, timeout.toMillis())), deadline, "asking for offsets");
    }

    /** The first offset that each partition holds. */
    public Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        return queries.offsets(partitions, OffsetSpec.EARLIEST);
    }

    /** The offset that the next readable record of each partition will have. */
    public Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        return queries.offsets(partitions, OffsetSpec.LATEST);
    }

    /**
     * The first record of each partition at or after a moment; a partition without one is missing in the answer.
     *
     * @param timestampsMs milliseconds since the Unix epoch
     */
    public Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestampsMs) {
        return queries.atTimes(timestampsMs);
    }

    /** Makes the call that waits, or the next one that would, throw {@link WakeupException}. Any thread. */
    public void wakeup() {
        core.buffer().wakeup();
    }

    /** As {@link #close(Duration)} with 30 s. */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT);
    }

    /**
     * Commits what was consumed where that is automatic, waits for commits that are on, gives everything up, leaves the
     * group so that others take over at once, and ends. Heeds no wakeup; what is not done by the timeout is left out.
     */
    public void close(Duration timeout) {
        long deadline = waits.deadline(timeout);
        try {
            commits.finish(waits, deadline);
            member.leave(commits, waits, deadline);
            commits.runCallbacks();
        } finally {
            core.close();
        }
    }
}
