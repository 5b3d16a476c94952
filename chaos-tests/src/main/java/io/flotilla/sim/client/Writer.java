package io.flotilla.sim.client;

import io.flotilla.client.internal.batch.Acks;
import io.flotilla.client.internal.batch.Inbox;
import io.flotilla.client.internal.batch.PartitionChoice;
import io.flotilla.client.internal.batch.PartitionChooser;
import io.flotilla.client.internal.batch.PendingRecord;
import io.flotilla.client.internal.batch.ProduceAnswer;
import io.flotilla.client.internal.batch.ProducerSettings;
import io.flotilla.client.internal.batch.Sender;
import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.record.Codec;
import io.flotilla.sim.check.AckedRecord;
import io.flotilla.sim.world.Delays;
import io.flotilla.sim.world.OsProcess;
import io.flotilla.sim.world.World;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/** An application that writes numbered records, in bursts, through the real idempotent producer with acks=all. */
public final class Writer {
    private static final long VALUES_MAX = 1L << 32;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long RETRY_NANOS = 100 * World.MS;
    private static final long TOPIC_WAIT_MS = 60_000;

    private final Load load;
    private final int host;
    private final Random random;
    private final OsProcess process;
    private final ClientRunWiring client;
    private final Sender sender;
    private final Inbox inbox;
    private final TopicNames topics = new TopicNames();
    private final int pauseMsMax;
    private final int burstMax;
    private long nextValue;
    private long unanswered;
    private long failed;
    private boolean stopping;
    /** Partitions of which the last word was not taken by the producer yet. */
    private final ArrayDeque<PartitionName> unspoken = new ArrayDeque<>();
    /** Last words without an answer. */
    private final TreeSet<String> unheard = new TreeSet<>();

    private String refused = "";

    /** @param host its machine, which no node has */
    public Writer(Load load, int host) {
        this.load = load;
        this.host = host;
        this.random = load.world().random("writer" + host);
        this.nextValue = host * VALUES_MAX;
        this.pauseMsMax = 60 + random.nextInt(500);
        this.burstMax = 1 + random.nextInt(6);
        this.process =
                new OsProcess(load.world(), host, new Delays(load.world().random("client delays" + host)), () -> 0);
        this.client = new ClientRunWiring(process, load.wire(), load.bootstrap(), random, this::advance);
        this.inbox = new Inbox(BUFFER_BYTES, 1, client.thread()::wake);
        ProducerSettings settings = settings();
        PartitionChooser.Factory choosers =
                PartitionChoice.KEYS_BY_LOAD.factory(settings.batching().batchBytes(), random);
        this.sender =
                new Sender(settings, new Sender.Ports(inbox, client.metadata(), client.produces(), choosers, random));
        process.at(random.nextInt(1_000) * World.MS, this::write);
    }

    private ProducerSettings settings() {
        return new ProducerSettings(
                new ProducerSettings.Batching(
                        40 + random.nextInt(400), random.nextInt(6), BUFFER_BYTES, TOPIC_WAIT_MS, codec()),
                new ProducerSettings.Delivery(
                        Acks.ALL,
                        true,
                        1 + random.nextInt(5),
                        Integer.MAX_VALUE,
                        new ProducerSettings.Timing(
                                20_000L + random.nextInt(60_000),
                                5_000L + random.nextInt(10_000),
                                ClientRunWiring.RETRIES,
                                ClientRunWiring.RECONNECTS)));
    }

    private Codec codec() {
        return random.nextInt(4) == 0 ? Codec.GZIP : Codec.NONE;
    }

    private long advance(long nowNanos) {
        long wait = sender.advance(nowNanos);
        topics.know(client.metadata().view());
        return wait;
    }

    private void write() {
        if (stopping) {
            return;
        }
        int burst = 1 + random.nextInt(burstMax);
        for (int i = 0; i < burst; i++) {
            offer(load.names().get(random.nextInt(load.names().size())), false);
        }
        process.at((1 + random.nextInt(pauseMsMax)) * World.MS, this::write);
    }

    /** Answers whether the producer took it. */
    private boolean offer(PartitionName name, boolean last) {
        Sent sent = new Sent(name, nextValue++, last);
        PendingRecord record = new PendingRecord(
                new PendingRecord.Target(
                        name.topic(), name.partition(), process.clock().wallMs()),
                new PendingRecord.Content(
                        null,
                        ByteBuffer.allocate(Long.BYTES).putLong(sent.value).array(),
                        List.of()),
                sent);
        record.enqueuedAt(load.world().nowNanos());
        unanswered++;
        try {
            inbox.offer(record, 0);
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } catch (FlotillaException full) {
            unanswered--; // the buffer is full of what is not answered yet
            return false;
        }
    }

    /**
     * Writes one more record to each of the partitions, as soon as the producer has room for it, and nothing after
     * that: these must be acknowledged, for nothing is broken any more.
     */
    public void lastWords(List<PartitionName> names) {
        stopping = true;
        unspoken.addAll(names);
        names.forEach(name -> unheard.add(name.toString()));
        process.at(0, this::speak);
    }

    private void speak() {
        while (!unspoken.isEmpty() && offer(unspoken.peek(), true)) {
            unspoken.remove();
        }
        if (!unspoken.isEmpty()) {
            process.at(RETRY_NANOS, this::speak);
        }
    }

    /** Last words that have no answer yet, or the first one that was refused; empty once all are acknowledged. */
    public Optional<String> unheard() {
        if (!refused.isEmpty()) {
            return Optional.of(refused);
        }
        return unheard.isEmpty()
                ? Optional.empty()
                : Optional.of("client " + host + " has no answer to its last records to " + unheard);
    }

    /** Writes no more. */
    public void stop() {
        stopping = true;
    }

    /** Records without an answer. */
    public long unanswered() {
        return unanswered;
    }

    /** Records that were given up. */
    public long failed() {
        return failed;
    }

    private final class Sent implements PendingRecord.Listener {
        private final PartitionName name;
        private final long value;
        private final boolean last;

        Sent(PartitionName name, long value, boolean last) {
            this.name = name;
            this.value = value;
            this.last = last;
        }

        @Override
        public void acknowledged(PendingRecord.Acknowledgement told) {
            unanswered--;
            if (last) {
                unheard.remove(name.toString());
            }
            ProduceAnswer answer = told.answer();
            Optional<PartitionId> partition = topics.id(name);
            if (answer != null && partition.isPresent()) {
                load.judge()
                        .witness()
                        .acked(
                                partition.get(),
                                new AckedRecord(
                                        value,
                                        told.offset(),
                                        answer.leaderEpoch(),
                                        answer.durability(),
                                        load.world().nowNanos()));
            }
        }

        @Override
        public void failed(FlotillaError error) {
            unanswered--;
            failed++;
            if (last) {
                refused = "client " + host + " gives up its last record to " + name + ": " + error;
            }
            load.world().trace().say("client " + host, "gives up a record: %s", error);
        }
    }
}
