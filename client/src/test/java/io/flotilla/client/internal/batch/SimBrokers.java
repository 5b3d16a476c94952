package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.batch.SimReplica.Batch;
import io.flotilla.client.internal.batch.SimReplica.Entry;
import io.flotilla.client.internal.routing.BrokerNode;
import io.flotilla.client.internal.routing.MetadataUpdate;
import io.flotilla.client.internal.routing.PartitionView;
import io.flotilla.client.internal.routing.TopicView;
import io.flotilla.client.internal.routing.WatchTransport;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.Durability;
import io.flotilla.model.record.BatchView;
import io.flotilla.model.record.RecordReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Three brokers and a network that loses, delays and breaks. What was sent on a stream that broke may be lost, or
 * arrive much later, when nobody waits for the answer.
 */
final class SimBrokers implements ProduceTransport, WatchTransport {
    static final String TOPIC = "songs";
    static final long LATE_MS_MAX = 8_000;
    private static final TopicId TOPIC_ID = new TopicId(new UUID(0, 1));
    private static final long TOLD_WITHIN_MS = 800;

    final List<SimPartition> partitions = new ArrayList<>();
    /** How often each kind of fault hits, 0 when healed. */
    double faults = 1;

    private final SimTime time;
    private final Judge judge;
    private final List<Stream> streams = new ArrayList<>();
    private final List<WatchTransport.Listener> watches = new ArrayList<>();
    private long nextProducerId = 1;
    private long revision = 1;

    /** Sees what the client sends and hears. */
    interface Judge {
        void sent(long correlationId, Batch batch);

        /** The client has been told, and was waiting to hear it, that this attempt was not applied. */
        void refused(long correlationId);
    }

    SimBrokers(int partitionCount, SimTime time, Judge judge) {
        this.time = time;
        this.judge = judge;
        for (int number = 0; number < partitionCount; number++) {
            partitions.add(new SimPartition(number, time, this::tellWatches));
        }
    }

    static List<Endpoint> endpoints() {
        return List.of(endpoint(1), endpoint(2), endpoint(3));
    }

    private static Endpoint endpoint(int broker) {
        return new Endpoint("broker", broker);
    }

    private boolean fault(double probability) {
        return time.chance(probability * faults);
    }

    // ---- producing -----------------------------------------------------------------------------------------------

    @Override
    public ProduceStream open(Endpoint broker, StreamListener listener) {
        Stream stream = new Stream(broker.port(), listener);
        streams.add(stream);
        return stream;
    }

    /** Breaks one open stream, if there is any. */
    void breakAStream() {
        if (!streams.isEmpty()) {
            streams.get(time.random.nextInt(streams.size())).breakNow();
        }
    }

    /** One connection: both directions keep their order, whatever the delay. */
    private final class Stream implements ProduceStream {
        private final int broker;
        private final StreamListener listener;
        private boolean broken;
        /** What is still on its way when the stream breaks arrives so much later, or never. */
        private long lateMs;

        private boolean lost;
        private long arrivesMs;
        private long answersMs;

        Stream(int broker, StreamListener listener) {
            this.broker = broker;
            this.listener = listener;
        }

        @Override
        public void send(ProduceCommand command) {
            judge.sent(command.correlationId(), decoded(command));
            arrivesMs = Math.max(arrivesMs, time.ms() + 1 + time.random.nextLong(fault(0.02) ? 1_500 : 10));
            long delay = arrivesMs - time.ms();
            time.after(delay, () -> arrive(command));
        }

        private void arrive(ProduceCommand command) {
            if (broken && lateMs > 0) {
                long delay = lateMs;
                time.after(delay, () -> serve(command));
            } else if (!broken) {
                serve(command);
            }
        }

        /** Decodes only now: what a slow connection still holds is what was sent, not what became of it. */
        private void serve(ProduceCommand command) {
            if (!lost) {
                SimBrokers.this.serve(broker, command, decoded(command), new Answers(this, command));
            }
        }

        void answer(ProduceCommand command, ProduceAnswer answer) {
            answersMs = Math.max(answersMs, time.ms() + 1 + time.random.nextLong(fault(0.02) ? 1_500 : 10));
            time.after(answersMs - time.ms(), () -> {
                if (!broken) {
                    FlotillaError error = answer.error();
                    if (error != null && error.outcome() == Outcome.NOT_APPLIED && isAwaited(command)) {
                        judge.refused(answer.correlationId());
                    }
                    listener.answered(answer);
                }
            });
        }

        /** Who knows a later epoch may have given up waiting before the answer came. */
        private boolean isAwaited(ProduceCommand command) {
            Destination to = command.destination();
            return partitions.get(to.partition()).epoch() == to.leaderEpoch();
        }

        void breakNow() {
            close();
            listener.broken(FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "broken on request"));
        }

        @Override
        public void close() {
            broken = true;
            lost = time.chance(0.5);
            lateMs = 1 + time.random.nextLong(LATE_MS_MAX);
            streams.remove(this);
        }
    }

    /** Carries one append's answer back. */
    private final class Answers implements SimReplica.Replies {
        private final Stream stream;
        private final ProduceCommand command;
        private boolean done;

        Answers(Stream stream, ProduceCommand command) {
            this.stream = stream;
            this.command = command;
        }

        @Override
        public void acknowledged(Entry entry, boolean duplicate) {
            if (!done) {
                done = true;
                stream.answer(
                        command,
                        new ProduceAnswer(
                                command.correlationId(),
                                entry.offset(),
                                entry.epoch(),
                                0,
                                Durability.SYNCED,
                                duplicate,
                                null));
            }
        }

        @Override
        public void failed(FlotillaError error) {
            if (!done) {
                done = true;
                stream.answer(
                        command,
                        new ProduceAnswer(command.correlationId(), -1, -1, -1, Durability.SYNCED, false, error));
            }
        }
    }

    private static Batch decoded(ProduceCommand command) {
        BatchView view = BatchView.at(command.entry(), command.entry().position());
        List<Long> values = new ArrayList<>();
        RecordReader records = RecordReader.of(view);
        while (records.next()) {
            values.add(records.value().getLong());
        }
        return new Batch(view.producerId(), view.baseSequence(), values);
    }

    private void serve(int broker, ProduceCommand command, Batch batch, SimReplica.Replies replies) {
        SimPartition partition = partitions.get(command.destination().partition());
        SimReplica replica = partition.replica(broker);
        FlotillaError refusal =
                refusal(partition, replica, command.destination().leaderEpoch());
        if (refusal == null) {
            refusal = replica.append(batch, time.ms(), replies);
            if (refusal == null) {
                partition.everAppended.addAll(batch.values());
                time.after(
                        command.timeoutMs(),
                        () -> replies.failed(
                                FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "appended, then out of time")));
            }
        }
        if (refusal != null) {
            replies.failed(refusal);
        }
    }

    private FlotillaError refusal(SimPartition partition, SimReplica replica, int epoch) {
        if (!replica.leads) {
            return hinted(SimReplica.refused(ErrorCode.NOT_LEADER_OR_FOLLOWER), partition);
        }
        if (epoch != replica.epoch) {
            return epoch < replica.epoch
                    ? hinted(SimReplica.refused(ErrorCode.FENCED_LEADER_EPOCH), partition)
                    : SimReplica.refused(ErrorCode.UNKNOWN_LEADER_EPOCH);
        }
        if (fault(0.03)) {
            return SimReplica.refused(ErrorCode.OVERLOADED).withRetryAfterMs(20);
        }
        if (fault(0.02)) {
            return SimReplica.refused(ErrorCode.NOT_ENOUGH_REPLICAS);
        }
        return fault(0.004) ? SimReplica.refused(ErrorCode.INVALID_RECORD) : null;
    }

    private FlotillaError hinted(FlotillaError error, SimPartition partition) {
        return time.chance(0.5)
                ? error.withLeader(new LeaderHint(
                        partition.leader(), endpoint(partition.leader()).toString(), partition.epoch()))
                : error;
    }

    @Override
    public void initProducer(Endpoint broker, long timeoutMs, IdentityListener listener) {
        if (fault(0.2)) {
            time.within(500, () -> listener.failed(FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "on request")));
        } else {
            time.within(20, () -> listener.allocated(new Identity(nextProducerId++, 0)));
        }
    }

    // ---- metadata ------------------------------------------------------------------------------------------------

    @Override
    public Watch open(Endpoint broker, Request request, WatchTransport.Listener listener) {
        watches.add(listener);
        time.within(20, () -> tell(listener));
        return () -> watches.remove(listener);
    }

    @Override
    public void probe(Endpoint broker, long timeoutMs, ProbeListener listener) {
        time.within(20, listener::alive);
    }

    private void tellWatches() {
        revision++;
        watches.forEach(watch -> time.within(TOLD_WITHIN_MS, () -> tell(watch)));
    }

    private void tell(WatchTransport.Listener listener) {
        if (watches.contains(listener)) {
            listener.updated(new MetadataUpdate(
                    new MetadataUpdate.Point("history", revision),
                    true,
                    true,
                    new MetadataUpdate.Brokers(List.of(node(1), node(2), node(3)), List.of()),
                    new MetadataUpdate.Topics(
                            List.of(new TopicView(
                                    TOPIC,
                                    TOPIC_ID,
                                    partitions.stream().map(SimBrokers::view).toList(),
                                    Map.of())),
                            List.of())));
        }
    }

    private static BrokerNode node(int id) {
        return new BrokerNode(id, endpoint(id), "", false);
    }

    private static PartitionView view(SimPartition partition) {
        List<Integer> all = List.of(1, 2, 3);
        return new PartitionView(partition.leader(), partition.epoch(), partition.epoch(), all, all);
    }
}
