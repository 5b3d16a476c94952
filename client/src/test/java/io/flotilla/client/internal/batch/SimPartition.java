package io.flotilla.client.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.batch.SimReplica.Entry;
import io.flotilla.client.internal.batch.SimReplica.Waiting;
import io.flotilla.model.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A partition of three replicas under faults. Two of them commit; any that holds all that is committed may be elected,
 * a leader that resigned among them, with what it appended and nobody else has. Self-checked: commits never change.
 */
final class SimPartition {
    private static final int QUORUM = 2;

    final int number;
    final List<SimReplica> replicas = new ArrayList<>();
    /** Every value that was ever appended to any replica. */
    final TreeSet<Long> everAppended = new TreeSet<>();

    private final SimTime time;
    private final Runnable elected;
    private final List<Entry> committed = new ArrayList<>();
    private SimReplica leader;
    private int epoch;

    SimPartition(int number, SimTime time, Runnable elected) {
        this.number = number;
        this.time = time;
        this.elected = elected;
        for (int broker = 1; broker <= 3; broker++) {
            replicas.add(new SimReplica(broker));
        }
        leader = replicas.get(number % replicas.size());
        leader.leads = true;
        leader.epoch = 0;
    }

    int leader() {
        return leader.broker;
    }

    int epoch() {
        return epoch;
    }

    List<Entry> committed() {
        return committed;
    }

    /** Elects a replica; the one before learns it later, and believes until then that it leads. */
    void elect() {
        List<SimReplica> candidates =
                replicas.stream().filter(this::holdsAllCommitted).toList();
        SimReplica before = leader;
        SimReplica next = candidates.get(time.random.nextInt(candidates.size()));
        epoch++;
        leader = next;
        if (next == before) {
            next.failWaiting(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        } else {
            int ended = before.epoch;
            time.within(1_500, () -> learn(before, ended + 1));
        }
        next.epoch = epoch;
        next.leads = true;
        elected.run();
    }

    private boolean holdsAllCommitted(SimReplica replica) {
        return commonWith(replica, committed) == committed.size();
    }

    private void learn(SimReplica replica, int newEpoch) {
        if (replica.epoch < newEpoch) {
            replica.epoch = newEpoch;
            replica.leads = false;
            replica.failWaiting(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
    }

    /** One follower agrees with the leader on where they part, cuts, and takes some of what the leader has. */
    void replicate(SimReplica follower, int entriesMax) {
        if (follower == leader) {
            return;
        }
        learn(follower, epoch);
        int common = commonWith(follower, leader.log);
        follower.truncateTo(common);
        int end = common + Math.min(leader.log.size() - common, entriesMax);
        leader.log.subList(common, end).forEach(follower::take);
        commit();
    }

    private void commit() {
        long[] ends = replicas.stream()
                .filter(replica -> replica.epoch == epoch && agreesWithLeader(replica))
                .mapToLong(replica -> replica.log.size())
                .sorted()
                .toArray();
        if (ends.length < QUORUM) {
            return;
        }
        int end = (int) ends[ends.length - QUORUM];
        assertThat(holdsAllCommitted(leader))
                .as("the simulated brokers themselves")
                .isTrue();
        while (committed.size() < end) {
            committed.add(leader.log.get(committed.size()));
        }
        List<Waiting> done = leader.waiting.stream()
                .filter(each -> each.entries() <= committed.size())
                .toList();
        leader.waiting.removeAll(done);
        done.forEach(each -> each.replies().acknowledged(each.entry(), each.duplicate()));
    }

    private boolean agreesWithLeader(SimReplica replica) {
        return commonWith(replica, leader.log) == replica.log.size();
    }

    /** How many entries agree: where one does, all before it do. */
    private static int commonWith(SimReplica replica, List<Entry> log) {
        int common = Math.min(replica.log.size(), log.size());
        while (common > 0 && !replica.log.get(common - 1).equals(log.get(common - 1))) {
            common--;
        }
        return common;
    }

    SimReplica replica(int broker) {
        return replicas.get(broker - 1);
    }
}
