package io.flotilla.sim.check;

import io.flotilla.broker.log.PartitionLog;
import io.flotilla.broker.log.SequenceVerdict;
import io.flotilla.model.id.PartitionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * The batches of each producer follow each other without a gap or a repetition, and a log knows the last five of them
 * again: it answers a retry of each as the duplicate that it is.
 */
public final class ProducerState implements Predicate {
    private static final int REMEMBERED = 5;

    private final Map<ReplicaId, Walk> walks = new TreeMap<>();

    @Override
    public void wholeLogs(ClusterView cluster) {
        for (PartitionId partition : cluster.partitions()) {
            if (cluster.losses().mustKeep(partition)) {
                for (ReplicaView replica : cluster.replicas(partition)) {
                    Walk walk = walks.computeIfAbsent(ReplicaId.of(replica), Walk::new);
                    walk.follow(replica.stored());
                    replica.log().filter(log -> Duty.hasSoundLog(replica)).ifPresent(log -> look(replica, log, walk));
                }
            }
        }
    }

    private void look(ReplicaView replica, PartitionLog log, Walk walk) {
        check(
                log.producers().size() == walk.latest.size()
                        || (log.logStart() > 0 && log.producers().size() > walk.latest.size()),
                "broker %d knows %d producers of %s, and its batches are of %d",
                replica.node().id(),
                log.producers().size(),
                replica.partition(),
                walk.latest.size());
        for (Deque<StoredBatch> batches : walk.latest.values()) {
            for (StoredBatch batch : batches) {
                SequenceVerdict verdict = log.producers().check(batch.view());
                check(
                        verdict.equals(new SequenceVerdict.Duplicate(batch.baseOffset(), batch.nextOffset() - 1)),
                        "broker %d would take a retry of %s of %s, producer %d, sequence %d, for %s",
                        replica.node().id(),
                        batch,
                        replica.partition(),
                        batch.producerId(),
                        batch.baseSequence(),
                        verdict);
            }
        }
    }

    private final class Walk extends LogFold {
        private final ReplicaId replica;
        /** The last batches of each producer's latest epoch, oldest first. */
        private final Map<Long, Deque<StoredBatch>> latest = new TreeMap<>();

        Walk(ReplicaId replica) {
            this.replica = replica;
        }

        @Override
        void forget() {
            latest.clear();
        }

        @Override
        void add(StoredBatch batch) {
            if (batch.producerId() < 0) {
                return;
            }
            Deque<StoredBatch> before = latest.computeIfAbsent(batch.producerId(), id -> new ArrayDeque<>());
            StoredBatch last = before.peekLast();
            boolean goesOn = last != null && last.producerEpoch() == batch.producerEpoch();
            int due = goesOn ? (last.lastSequence() + 1) & Integer.MAX_VALUE : 0;
            boolean continues = batch.baseSequence() == due || (last == null && isTrimmed());
            check(
                    continues && (last == null || last.producerEpoch() <= batch.producerEpoch()),
                    "broker %d holds %s of %s, producer %d epoch %d sequence %d, and %d was due after %s",
                    replica.node(),
                    batch,
                    replica.partition(),
                    batch.producerId(),
                    batch.producerEpoch(),
                    batch.baseSequence(),
                    due,
                    last);
            if (!goesOn) {
                before.clear();
            }
            before.addLast(batch);
            if (before.size() > REMEMBERED) {
                before.removeFirst();
            }
        }
    }
}
