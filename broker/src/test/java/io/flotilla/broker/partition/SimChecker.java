package io.flotilla.broker.partition;

import io.flotilla.broker.isr.LeaderState;
import io.flotilla.broker.log.PartitionLog;
import io.flotilla.model.record.BatchView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The predicates of the replication design, on what the simulation does. The ghosts live here, not in the code. */
final class SimChecker {
    private static final int WHOLE_LOG_EVENTS = 300;

    private final SimWorld world;
    /** What every batch was when a current leader's high watermark first passed it: base offset to fingerprint. */
    private final TreeMap<Long, String> committed = new TreeMap<>();
    /** All offsets below this were passed by a current leader's high watermark. */
    private long trueHighWatermark;
    /** The last high watermark of each leadership, by broker and epoch. */
    private final Map<String, Long> highWatermarks = new HashMap<>();
    /** The partition epoch in which a leadership was last looked at. */
    private final Map<String, Integer> partitionEpochs = new HashMap<>();
    /** Values that were acknowledged with acks=all, by offset. */
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    /** Values that readers saw, by offset. */
    private final TreeMap<Long, Long> read = new TreeMap<>();

    SimChecker(SimWorld world) {
        this.world = world;
    }

    // ---- what clients saw ----------------------------------------------------------------------------------------

    void acknowledged(long baseOffset, List<Long> values) {
        for (int i = 0; i < values.size(); i++) {
            Long before = acknowledged.put(baseOffset + i, values.get(i));
            check(
                    before == null || before.equals(values.get(i)),
                    "offset %d acknowledged for two values",
                    baseOffset + i);
        }
    }

    /** ConsistentRead. */
    void read(long baseOffset, List<Long> values) {
        for (int i = 0; i < values.size(); i++) {
            Long before = read.put(baseOffset + i, values.get(i));
            check(before == null || before.equals(values.get(i)), "offset %d read as two values", baseOffset + i);
        }
    }

    long acknowledgedEnd() {
        return acknowledged.isEmpty() ? 0 : acknowledged.lastKey() + 1;
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    int readCount() {
        return read.size();
    }

    // ---- after events --------------------------------------------------------------------------------------------

    void afterEvent(long number) {
        for (SimBroker broker : world.brokers.values()) {
            Partition partition = broker.partition();
            if (partition != null && !broker.isFrozen()) {
                partition.leadership().ifPresent(leader -> checkLeader(broker, leader));
            }
        }
        checkCandidates();
        if (number % WHOLE_LOG_EVENTS == 0) {
            checkLogs();
        }
    }

    private void checkLeader(SimBroker broker, LeaderState leader) {
        String leadership = broker.id() + "@" + leader.leaderEpoch();
        long before = highWatermarks.getOrDefault(leadership, -1L);
        long now = leader.highWatermark();
        check(now >= before, "HwMonotone: %s went from %d to %d", leadership, before, now);
        boolean sameState = leader.committed().partitionEpoch() == partitionEpochs.getOrDefault(leadership, -1);
        if (now > before && before >= 0 && sameState) {
            long held = leader.maximalIsr().stream()
                    .mapToLong(leader::reportedBy)
                    .min()
                    .orElseThrow();
            check(now <= held, "HwAdvance: %s moved to %d, its maximal ISR holds %d", leadership, now, held);
            check(!leader.committed().belowMinIsr(), "HwAdvance: %s moved below min ISR", leadership);
        }
        highWatermarks.put(leadership, now);
        partitionEpochs.put(leadership, leader.committed().partitionEpoch());
        if (leader.leaderEpoch() == world.controller.leaderEpoch() && world.controller.leader() == broker.id()) {
            check(
                    leader.logEnd() >= trueHighWatermark,
                    "LeaderComplete: %s ends at %d below %d",
                    leadership,
                    leader.logEnd(),
                    trueHighWatermark);
            commitUpTo(now, broker.storage().log());
        }
    }

    private void commitUpTo(long highWatermark, PartitionLog log) {
        if (highWatermark > trueHighWatermark) {
            for (BatchView batch : TestBatches.stored(log.view(), trueHighWatermark, highWatermark)) {
                committed.put(batch.baseOffset(), fingerprint(batch));
            }
            trueHighWatermark = highWatermark;
        }
    }

    /** LeaderCandidateComplete: whoever may be elected holds everything committed, after a crash as well. */
    private void checkCandidates() {
        List<Integer> candidates = new ArrayList<>(world.controller.isr());
        candidates.addAll(world.controller.elr());
        for (int id : candidates) {
            long durable = world.brokers.get(id).storage().log().durableEnd();
            check(
                    durable >= trueHighWatermark,
                    "LeaderCandidateComplete: %d has %d of %d",
                    id,
                    durable,
                    trueHighWatermark);
        }
    }

    // ---- whole logs ----------------------------------------------------------------------------------------------

    private void checkLogs() {
        List<List<BatchView>> logs = new ArrayList<>();
        for (SimBroker broker : world.brokers.values()) {
            PartitionLog log = broker.storage().log();
            List<BatchView> batches = TestBatches.stored(log.view(), 0, log.logEnd());
            checkCommitted(broker, batches);
            logs.add(batches);
        }
        for (int i = 0; i < logs.size(); i++) {
            for (int j = i + 1; j < logs.size(); j++) {
                checkMatching(logs.get(i), logs.get(j));
            }
        }
    }

    /** CommittedImmutable: below its own high watermark every replica holds what was committed. */
    private void checkCommitted(SimBroker broker, List<BatchView> batches) {
        Partition partition = broker.partition();
        if (partition == null || broker.isFrozen()) {
            return;
        }
        long known = Math.min(partition.status().highWatermark(), trueHighWatermark);
        for (BatchView batch : batches) {
            if (batch.nextOffset() <= known) {
                check(
                        fingerprint(batch).equals(committed.get(batch.baseOffset())),
                        "CommittedImmutable: broker %d holds %s, committed was %s",
                        broker.id(),
                        fingerprint(batch),
                        committed.get(batch.baseOffset()));
            }
        }
    }

    /** LogMatching: the same offset and epoch on two replicas means the same prefix. */
    private static void checkMatching(List<BatchView> one, List<BatchView> other) {
        int common = Math.min(one.size(), other.size());
        boolean differs = false;
        for (int i = 0; i < common; i++) {
            BatchView mine = one.get(i);
            BatchView theirs = other.get(i);
            boolean same = fingerprint(mine).equals(fingerprint(theirs));
            boolean sameName = mine.baseOffset() == theirs.baseOffset() && mine.leaderEpoch() == theirs.leaderEpoch();
            check(same || !sameName, "LogMatching: %s differs from %s", mine, theirs);
            check(!(differs && sameName), "LogMatching: %s follows different prefixes", mine);
            differs |= !same;
        }
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /** Liveness and NoAckedLost, after healing. */
    void atTheEnd() {
        checkLogs();
        long end = world.brokers.get(1).storage().log().logEnd();
        check(world.controller.isr().size() == SimWorld.BROKERS, "the ISR is %s", world.controller.isr());
        for (SimBroker broker : world.brokers.values()) {
            PartitionLog log = broker.storage().log();
            check(log.logEnd() == end, "broker %d ends at %d, broker 1 at %d", broker.id(), log.logEnd(), end);
            PartitionStatus status = broker.partition().status();
            check(
                    status.highWatermark() == end,
                    "the watermark of %d is %d of %d",
                    broker.id(),
                    status.highWatermark(),
                    end);
            checkValues(broker.id(), TestBatches.stored(log.view(), 0, end));
        }
    }

    private void checkValues(int broker, List<BatchView> batches) {
        TreeMap<Long, Long> held = new TreeMap<>();
        TreeMap<Long, Long> offsets = new TreeMap<>();
        for (BatchView batch : batches) {
            List<Long> values = TestBatches.values(batch.entry());
            for (int i = 0; i < values.size(); i++) {
                held.put(batch.baseOffset() + i, values.get(i));
                Long twice = offsets.put(values.get(i), batch.baseOffset() + i);
                check(twice == null, "value %d stands twice on broker %d", values.get(i), broker);
            }
        }
        acknowledged.forEach((offset, value) -> check(
                value.equals(held.get(offset)),
                "NoAckedLost: offset %d was %d, is %s",
                offset,
                value,
                held.get(offset)));
        read.forEach((offset, value) -> check(
                value.equals(held.get(offset)), "offset %d was read as %d, is %s", offset, value, held.get(offset)));
    }

    private static String fingerprint(BatchView batch) {
        return batch + " crc " + batch.crc() + "/" + batch.headerCrc();
    }

    static void check(boolean holds, String message, Object... values) {
        if (!holds) {
            throw new AssertionError(message.formatted(values));
        }
    }
}
