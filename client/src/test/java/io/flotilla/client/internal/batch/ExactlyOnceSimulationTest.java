package io.flotilla.client.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.client.internal.batch.SimReplica.Batch;
import io.flotilla.client.internal.batch.SimReplica.Entry;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.record.Codec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The producing core against simulated brokers that lose answers, break streams, deliver late, refuse, change leaders
 * (ones that resigned come back), and forget producers. Each seed is one story; a failure names its seed, and
 * {@code -Dflotilla.seed=N} repeats it alone, {@code -Dflotilla.seeds=N} runs so many.
 */
class ExactlyOnceSimulationTest {
    private static final int SEEDS = 60;
    private static final int PARTITIONS = 2;
    private static final int VALUES_MAX = 1_000_000;
    private static final long FAULTS_MS = 40_000;
    private static final long DELIVERY_TIMEOUT_MS = 3_000;
    /** Longer than any copy of a batch can be on its way: what producer.id.expiration.ms promises. */
    private static final long PRODUCER_IDLE_MS = DELIVERY_TIMEOUT_MS + 2 * SimBrokers.LATE_MS_MAX;

    private int startedOver;
    private int givenUp;
    private int acknowledged;

    @Test
    void everyRecordIsStoredAtMostOnceInOrderAndNoneAcknowledgedIsLost() throws InterruptedException {
        Long only = Long.getLong("flotilla.seed");
        long first = only == null ? 0 : only;
        long count = only == null ? Integer.getInteger("flotilla.seeds", SEEDS) : 1;
        for (long seed = first; seed < first + count; seed++) {
            new Story(seed).run();
        }
        if (only == null) {
            assertThat(startedOver).as("stories with more than one producer id").isGreaterThan(10);
            assertThat(givenUp)
                    .as("records given up because a refusal proved nothing")
                    .isGreaterThan(10);
            assertThat(acknowledged).as("records acknowledged").isGreaterThan(100 * (int) count);
        }
    }

    /** One seed. */
    private final class Story implements SimBrokers.Judge {
        private final long seed;
        private final SimTime time;
        private final SimBrokers brokers;
        private final Inbox inbox = new Inbox(1 << 20, 1, () -> {});
        private final Sender sender;
        private final List<List<Sent>> sent = new ArrayList<>();
        /** Attempts of each value that were not refused for certain. */
        private final Map<Long, TreeSet<Long>> possible = new TreeMap<>();

        private final Map<Long, Batch> attempts = new TreeMap<>();

        /** One record and what became of it. */
        private final class Sent implements PendingRecord.Listener {
            private final long value;
            private long offset = -1;
            private FlotillaError error;

            Sent(long value) {
                this.value = value;
            }

            @Override
            public void acknowledged(PendingRecord.Acknowledgement told) {
                check(!isDone(), "answered twice");
                offset = told.offset();
            }

            @Override
            public void failed(FlotillaError told) {
                check(!isDone(), "answered twice");
                error = told;
                boolean certain = possible.getOrDefault(value, new TreeSet<>()).isEmpty();
                check(
                        !certain || told.outcome() == Outcome.NOT_APPLIED,
                        "each attempt was refused, but nobody is to know: " + told);
                check(
                        !isSequence(told) || told.outcome() == Outcome.UNKNOWN,
                        "given up though it could be sent again: " + told);
            }

            boolean isDone() {
                return offset >= 0 || error != null;
            }

            void check(boolean holds, String what) {
                assertThat(holds).as("seed %d, value %d: %s", seed, value, what).isTrue();
            }
        }

        Story(long seed) {
            this.seed = seed;
            this.time = new SimTime(new SplittableRandom(seed));
            this.brokers = new SimBrokers(PARTITIONS, time, this);
            var delivery = new ProducerSettings.Delivery(
                    Acks.ALL,
                    true,
                    1 + time.random.nextInt(5),
                    Integer.MAX_VALUE,
                    new ProducerSettings.Timing(
                            DELIVERY_TIMEOUT_MS, 800, new Backoff.Limits(10, 200), new Backoff.Limits(10, 200)));
            var batching = new ProducerSettings.Batching(
                    1 + time.random.nextInt(60), time.random.nextInt(3), 1 << 20, 1_000, Codec.NONE);
            var metadata =
                    new MetadataFollower(brokers, SimBrokers.endpoints(), new Backoff.Limits(10, 100), time.random);
            this.sender = new Sender(
                    new ProducerSettings(batching, delivery),
                    new Sender.Ports(
                            inbox,
                            metadata,
                            brokers,
                            PartitionChoice.KEYS_BY_LOAD.factory(batching.batchBytes(), time.random),
                            time.random));
        }

        @Override
        public void sent(long correlationId, Batch batch) {
            attempts.put(correlationId, batch);
            batch.values()
                    .forEach(value -> possible.computeIfAbsent(value, unseen -> new TreeSet<>())
                            .add(correlationId));
        }

        @Override
        public void refused(long correlationId) {
            attempts.get(correlationId)
                    .values()
                    .forEach(value -> possible.get(value).remove(correlationId));
        }

        void run() throws InterruptedException {
            for (int number = 0; number < PARTITIONS; number++) {
                sent.add(new ArrayList<>());
                write(number);
            }
            replicate();
            fault();
            passUntil(FAULTS_MS);
            brokers.faults = 0;
            passUntil(FAULTS_MS + DELIVERY_TIMEOUT_MS + 2 * SimBrokers.LATE_MS_MAX);
            brokers.partitions.forEach(partition ->
                    partition.replicas.forEach(replica -> partition.replicate(replica, Integer.MAX_VALUE)));
            brokers.partitions.forEach(this::judge);
        }

        private void passUntil(long ms) {
            long endNanos = TimeUnit.MILLISECONDS.toNanos(ms);
            while (time.nanos() < endNanos) {
                long wait = sender.advance(time.nanos());
                long wakeNanos = wait > endNanos - time.nanos() ? endNanos : time.nanos() + Math.max(1_000, wait);
                time.step(wakeNanos);
            }
        }

        /** The application: bursts and pauses, until the faults end. */
        private void write(int partition) {
            int burst = 1 + time.random.nextInt(12);
            for (int i = 0; i < burst; i++) {
                List<Sent> log = sent.get(partition);
                Sent record = new Sent((long) partition * VALUES_MAX + log.size());
                log.add(record);
                offer(partition, record);
            }
            if (time.ms() < FAULTS_MS) {
                time.within(time.chance(0.05) ? 2_000 : 150, () -> write(partition));
            }
        }

        private void offer(int partition, Sent record) {
            PendingRecord pending = new PendingRecord(
                    new PendingRecord.Target(SimBrokers.TOPIC, partition, 0),
                    new PendingRecord.Content(
                            null, ByteBuffer.allocate(8).putLong(record.value).array(), List.of()),
                    record);
            pending.enqueuedAt(time.nanos());
            try {
                inbox.offer(pending, 0);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Replication is quick, or stalls for a while. */
        private void replicate() {
            for (SimPartition partition : brokers.partitions) {
                SimReplica follower = partition.replicas.get(time.random.nextInt(3));
                partition.replicate(follower, 1 + time.random.nextInt(6));
            }
            boolean stalls = brokers.faults > 0 && time.chance(0.003);
            time.within(stalls ? 4_000 : 12, this::replicate);
        }

        private void fault() {
            if (time.ms() >= FAULTS_MS) {
                return;
            }
            SimPartition partition = brokers.partitions.get(time.random.nextInt(PARTITIONS));
            switch (time.random.nextInt(4)) {
                case 0 -> partition.elect();
                case 1, 2 -> brokers.breakAStream();
                default -> partition.replicas.get(time.random.nextInt(3)).forgetProducers(time.ms(), PRODUCER_IDLE_MS);
            }
            time.within(time.chance(0.3) ? 60 : 1_500, this::fault);
        }

        // ---- the verdict -----------------------------------------------------------------------------------------

        private void judge(SimPartition partition) {
            List<Sent> records = sent.get(partition.number);
            Map<Long, Long> stored = new TreeMap<>();
            TreeSet<Long> identities = new TreeSet<>();
            for (Entry entry : partition.committed()) {
                identities.add(entry.producerId());
                for (int i = 0; i < entry.values().size(); i++) {
                    Long twice = stored.put(entry.values().get(i), entry.offset() + i);
                    records.get((int) (entry.values().get(i) % VALUES_MAX))
                            .check(twice == null, "stored at " + twice + " and in " + entry);
                }
            }
            long last = -1;
            for (Sent record : records) {
                record.check(record.isDone(), "never answered");
                if (record.offset >= 0) {
                    record.check(
                            Long.valueOf(record.offset).equals(stored.get(record.value)),
                            "acknowledged at " + record.offset + ", stored at " + stored.get(record.value));
                    record.check(record.offset > last, "stored before an earlier one at " + last);
                    last = record.offset;
                    acknowledged++;
                } else {
                    boolean refused = record.error.outcome() == Outcome.NOT_APPLIED;
                    record.check(
                            !refused || !partition.everAppended.contains(record.value),
                            "was appended, contrary to " + record.error);
                    givenUp += isSequence(record.error) ? 1 : 0;
                }
            }
            startedOver += identities.size() > 1 ? 1 : 0;
        }
    }

    private static boolean isSequence(FlotillaError error) {
        return error.code() == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER || error.code() == ErrorCode.UNKNOWN_PRODUCER_ID;
    }
}
