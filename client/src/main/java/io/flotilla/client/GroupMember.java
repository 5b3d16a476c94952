package io.flotilla.client;

import io.flotilla.client.internal.group.GroupPartition;
import io.flotilla.client.internal.group.GroupSnapshot;
import io.flotilla.client.internal.group.GroupSubscription;
import io.flotilla.client.internal.group.Membership;
import io.flotilla.client.internal.group.OffsetCommits;
import io.flotilla.model.error.FlotillaError;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The application's side of a membership: takes and gives up partitions as the coordinator says, calls the listener,
 * and tells what it holds. It gives up first, after committing where that is automatic, and only what moves. For the
 * application's thread.
 */
final class GroupMember {
    private static final ConsumerRebalanceListener NOBODY = new ConsumerRebalanceListener() {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    };

    private final ConsumerCore core;
    private final Positions positions;
    private final long timeoutMs;
    private ConsumerRebalanceListener listener = NOBODY;
    private boolean subscribed;
    private int life;
    /** The newest snapshot when the subscription began: failures up to it are of an earlier one. */
    private long since;

    /** The last snapshot that was followed. */
    private long followed = -1;

    private final Map<TopicPartition, GroupPartition> owned = new TreeMap<>();
    private @Nullable Revocation revocation;

    /** Partitions that go once their positions are committed. */
    private record Revocation(Set<TopicPartition> going, CompletableFuture<Void> commit) {}

    GroupMember(ConsumerCore core, ConsumerConfig config, Positions positions) {
        this.core = core;
        this.positions = positions;
        this.timeoutMs = config.apiTimeoutMs();
    }

    /** The life in which commits are made. */
    int life() {
        return subscribed ? life : OffsetCommits.NO_LIFE;
    }

    void subscribe(GroupSubscription wanted, @Nullable ConsumerRebalanceListener heard) {
        core.groupOrRefuse();
        listener = heard == null ? NOBODY : heard;
        since = core.membership().revision();
        subscribed = true;
        core.polls().left(core.clock().nanos());
        tell(membership -> membership.subscribe(wanted));
    }

    private void tell(Consumer<Membership> task) {
        core.loop().execute(() -> task.accept(core.groupOrRefuse().membership()));
    }

    /**
     * Follows the coordinator as far as that goes without waiting.
     *
     * @throws io.flotilla.model.error.FlotillaException why it is a member no more and will not be again
     */
    void reconcile(Commits commits) {
        while (subscribed) {
            GroupSnapshot latest = core.membership();
            NavigableSet<GroupPartition> target = catchUp(latest) ? latest.target() : null;
            Revocation pending = revocation;
            if (target == null || (pending != null && !pending.commit().isDone())) {
                return;
            }
            if (pending != null) {
                finish(pending);
            } else if (latest.revision() == followed) {
                return;
            } else if (!revoke(target, commits)) {
                followed = latest.revision();
                take(target);
            }
        }
    }

    /** Faces what is over; false when there is nothing to follow. */
    private boolean catchUp(GroupSnapshot latest) {
        if (latest.life() != life) {
            try {
                lose();
            } finally {
                life = latest.life();
                revocation = null;
            }
        }
        FlotillaError failure = latest.failure();
        if (failure != null && latest.revision() > since) {
            throw failure.exception();
        }
        if (latest.idle()) {
            tell(Membership::comeBack);
            return false;
        }
        return true;
    }

    private void lose() {
        if (owned.isEmpty()) {
            return;
        }
        Set<TopicPartition> lost = new TreeSet<>(owned.keySet());
        try {
            listener.onPartitionsLost(lost);
        } finally {
            drop(lost);
        }
    }

    /** Begins to give up what is not wanted any more; false when there is nothing such. */
    private boolean revoke(NavigableSet<GroupPartition> target, Commits commits) {
        Set<TopicPartition> going = new TreeSet<>();
        owned.forEach((name, partition) -> {
            if (!target.contains(partition)) {
                going.add(name);
            }
        });
        if (going.isEmpty()) {
            return false;
        }
        going.forEach(name -> positions.get(name).leave());
        revocation = new Revocation(going, commits.autoCommit(going, timeoutMs));
        return true;
    }

    private void finish(Revocation pending) {
        revocation = null;
        try {
            listener.onPartitionsRevoked(new TreeSet<>(pending.going()));
        } finally {
            drop(pending.going());
            tellOwned();
        }
    }

    private void take(NavigableSet<GroupPartition> target) {
        Map<TopicPartition, GroupPartition> added = new TreeMap<>();
        for (GroupPartition partition : target) {
            TopicPartition name = new TopicPartition(
                    partition.name().topic(), partition.name().partition());
            if (!owned.containsKey(name)) {
                added.put(name, partition);
            }
        }
        owned.putAll(added);
        positions.begin(added.values());
        tellOwned();
        if (!added.isEmpty()) {
            listener.onPartitionsAssigned(new TreeSet<>(added.keySet()));
        }
    }

    private void drop(Collection<TopicPartition> partitions) {
        positions.end(partitions);
        List.copyOf(partitions).forEach(owned::remove);
    }

    private void tellOwned() {
        int told = life;
        long seen = followed;
        Set<GroupPartition> holds = new TreeSet<>(owned.values());
        tell(membership -> membership.own(told, seen, holds));
    }

    /** Gives everything up and goes; waits for the goodbye until the deadline. */
    void leave(Commits commits, Waits waits, long deadline) {
        if (!subscribed) {
            return;
        }
        try {
            giveUp(commits, waits, deadline);
        } finally {
            subscribed = false;
            revocation = null;
            drop(new TreeSet<>(owned.keySet()));
            listener = NOBODY;
            CompletableFuture<Void> gone = new CompletableFuture<>();
            tell(membership -> membership.leave(() -> {
                gone.complete(null);
                core.buffer().nudge();
            }));
            waits.forEnd(gone::isDone, deadline);
            life = core.membership().life();
            followed = core.membership().revision();
        }
    }

    private void giveUp(Commits commits, Waits waits, long deadline) {
        if (core.membership().life() != life) {
            lose();
            return;
        }
        Set<TopicPartition> going = new TreeSet<>(owned.keySet());
        CompletableFuture<Void> commit =
                commits.autoCommit(going, Math.max(1, Math.min(timeoutMs, waits.left(deadline) / 1_000_000)));
        waits.forEnd(commit::isDone, deadline);
        if (!going.isEmpty()) {
            listener.onPartitionsRevoked(going);
        }
    }
}
