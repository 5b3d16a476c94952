package io.flotilla.broker.isr;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** All replicas of a partition but the leader's own, and those of them that the high watermark waits for. */
final class Followers {
    private final int leader;
    private final Map<Integer, FollowerProgress> byBroker = new TreeMap<>();
    /** Members of (committed ISR union ISR of the change under way). */
    private List<FollowerProgress> maximal = List.of();

    Followers(int leader) {
        this.leader = leader;
    }

    /** Takes the replicas of applied metadata; one with another assignment revision starts from nothing (R8). */
    void adopt(List<ReplicaView> replicas, long nowNanos) {
        Map<Integer, FollowerProgress> known = new TreeMap<>(byBroker);
        byBroker.clear();
        for (ReplicaView replica : replicas) {
            if (replica.brokerId() != leader) {
                FollowerProgress progress = known.get(replica.brokerId());
                boolean same = progress != null && progress.assignmentRevision() == replica.assignmentRevision();
                byBroker.put(
                        replica.brokerId(),
                        same
                                ? progress
                                : new FollowerProgress(replica.brokerId(), replica.assignmentRevision(), nowNanos));
            }
        }
    }

    void rememberMaximal(List<Integer> maximalIsr) {
        maximal = maximalIsr.stream().filter(id -> id != leader).map(this::get).toList();
    }

    /** The largest offset up to which every member of the maximal ISR reported in this epoch. */
    long heldByMaximal(long ownReported) {
        long held = ownReported;
        for (FollowerProgress follower : maximal) {
            held = Math.min(held, follower.reportedOffset());
        }
        return held;
    }

    /** Whether somebody who was taken out of the ISR has to echo a round before he joins it again. */
    boolean oweEcho() {
        for (FollowerProgress follower : byBroker.values()) {
            if (follower.owesEcho()) {
                return true;
            }
        }
        return false;
    }

    boolean maximalSaw(long round) {
        return maximal.stream().allMatch(follower -> follower.seenRound() >= round);
    }

    Stream<FollowerProgress> all() {
        return byBroker.values().stream();
    }

    Stream<FollowerProgress> members(CommittedPartition committed) {
        return all().filter(follower -> committed.isr().contains(follower.brokerId()));
    }

    @Nullable
    FollowerProgress find(int brokerId) {
        return byBroker.get(brokerId);
    }

    FollowerProgress get(int brokerId) {
        FollowerProgress progress = byBroker.get(brokerId);
        if (progress == null) {
            throw new IllegalStateException("broker " + brokerId + " is in the ISR but no replica");
        }
        return progress;
    }
}
