package io.flotilla.client.internal.batch;

import io.flotilla.client.internal.batch.BrokerLinks.Flight;
import io.flotilla.client.internal.batch.PendingRecord.Acknowledgement;
import io.flotilla.client.internal.routing.MetadataFollower;
import io.flotilla.client.internal.routing.TopicView;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.Outcome;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of each attempt: acknowledged, sent again in order, started over under a new producer id, or
 * failed. Owned by the producer's loop.
 *
 * <p>Why starting over repeats nothing: only what is proven to be in no log changes its identity. What each answer
 * proves about a batch in doubt, one with an attempt of unknown outcome:
 *
 * <table>
 * <caption>Answers as proofs; decision 4 argues each line</caption>
 * <tr><th>next answer</th><th>proves</th><th>so the batch is</th></tr>
 * <tr><td>acknowledged, duplicate or not</td><td>presence</td><td>acknowledged</td></tr>
 * <tr><td>a later batch of its identity acknowledged</td><td>presence, but not where</td><td>sent again</td></tr>
 * <tr><td>any earlier batch of its identity refused each time</td><td>absence, in every log</td>
 *     <td>started over once the first unanswered one is out of sequence</td></tr>
 * <tr><td>itself or an earlier one in doubt too: out of sequence or unknown producer</td><td>nothing: the log may be
 *     another leader's, or have forgotten the producer</td><td>failed, UNKNOWN, if it is first; else as above</td></tr>
 * <tr><td>out of sequence behind an unanswered batch; any other refusal; a broken stream</td><td>nothing</td>
 *     <td>sent again under the same identity</td></tr>
 * </table>
 */
final class Deliveries implements BrokerLinks.Returns {
    private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

    private final ProducerSettings.Delivery settings;
    private final MetadataFollower metadata;
    private final FlushPhases phases;
    private final Inbox inbox;
    private final SendCounters counters;
    /** The last answer said that the partition is led elsewhere, or in another epoch. */
    private boolean misrouted;

    Deliveries(
            ProducerSettings.Delivery settings,
            MetadataFollower metadata,
            FlushPhases phases,
            Inbox inbox,
            SendCounters counters) {
        this.settings = settings;
        this.metadata = metadata;
        this.phases = phases;
        this.inbox = inbox;
        this.counters = counters;
    }

    @Override
    public void answered(Flight flight, ProduceAnswer answer) {
        if (!flight.lane().land(flight.batch())) {
            return;
        }
        counters.answered(flight.batch().sentNanos());
        FlotillaError error = answer.error();
        if (error == null) {
            misrouted = false;
            flight.lane().succeeded();
            acknowledge(flight.lane(), flight.batch(), answer);
        } else {
            refused(flight, error);
        }
    }

    @Override
    public void broken(Flight flight, FlotillaError error) {
        if (flight.lane().land(flight.batch())) {
            FlotillaError doubt = FlotillaError.unknown(error.code(), error.message());
            flight.batch().attemptFailed(doubt);
            retryOrFail(flight, doubt);
        }
    }

    private void refused(Flight flight, FlotillaError error) {
        Lane lane = flight.lane();
        ProducerBatch batch = flight.batch();
        batch.attemptFailed(error);
        error.leader()
                .ifPresent(
                        hint -> metadata.hint(lane.key().topicId(), lane.key().partition(), hint));
        misrouted |= MetadataFollower.isOutdatedBy(error.code());
        LOG.debug("{} of {} refused by broker {}: {}", batch, lane.key(), flight.brokerId(), error);
        if (settings.idempotent() && isSequenceError(error.code())) {
            outOfSequence(lane, batch, error);
        } else if (error.code().retriable() || error.code() == ErrorCode.UNKNOWN_SERVER_ERROR) {
            lane.pause(TimeUnit.MILLISECONDS.toNanos(error.retryAfterMs()));
            retryOrFail(flight, error);
        } else {
            fail(lane, batch, error);
        }
    }

    /** Whether the metadata is proven to be behind, and nothing has succeeded since. */
    boolean isMisrouted() {
        return misrouted;
    }

    private static boolean isSequenceError(ErrorCode code) {
        return code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER || code == ErrorCode.UNKNOWN_PRODUCER_ID;
    }

    /** Behind an unanswered batch this is no news; at the front it says that the old numbers lead nowhere. */
    private static void outOfSequence(Lane lane, ProducerBatch batch, FlotillaError error) {
        if (lane.isFirst(batch)) {
            lane.askToStartOver(error);
        }
        lane.putBack(batch);
    }

    /** Fails a batch that may be in the log under an identity that its lane has given up. */
    void failInDoubt(Lane lane, ProducerBatch batch, FlotillaError reason) {
        fail(
                lane,
                batch,
                FlotillaError.unknown(
                        reason.code(),
                        "an earlier attempt may have been appended, and this refusal does not tell: "
                                + reason.message()));
    }

    private void retryOrFail(Flight flight, FlotillaError error) {
        if (flight.batch().attempts() > settings.retriesMax()) {
            fail(flight.lane(), flight.batch(), error);
        } else {
            flight.lane().putBack(flight.batch());
        }
    }

    /** Answers the records of a batch that nobody will acknowledge. */
    void acknowledgeUnanswered(Lane lane, ProducerBatch batch) {
        if (lane.land(batch)) {
            acknowledge(lane, batch, null);
        }
    }

    private void acknowledge(Lane lane, ProducerBatch batch, @Nullable ProduceAnswer answer) {
        inbox.release(batch.reservedBytes());
        boolean appendTime = hasAppendTimestamps(lane);
        int index = 0;
        for (PendingRecord record : batch.records()) {
            long offset = answer == null ? -1 : answer.baseOffset() + index;
            long timestampMs = answer != null && appendTime ? answer.appendTimeMs() : record.timestampMs();
            phases.answered(record);
            record.listener().acknowledged(new Acknowledgement(lane.key().partition(), offset, timestampMs, answer));
            index++;
        }
    }

    private boolean hasAppendTimestamps(Lane lane) {
        TopicView topic = metadata.view().topic(lane.key().topicId());
        return topic != null && "LogAppendTime".equals(topic.configs().get("message.timestamp.type"));
    }

    /** Fails a batch that is in no lane any more; what an earlier attempt left open stays open. */
    void fail(Lane lane, ProducerBatch batch, FlotillaError error) {
        lane.gaveUp(batch);
        boolean open = batch.mayBeAppended() && error.outcome() == Outcome.NOT_APPLIED;
        FlotillaError told = new FlotillaError(
                error.code(),
                lane.key() + ": " + error.message()
                        + (open ? "; an earlier attempt may have been appended all the same" : ""),
                open ? Outcome.UNKNOWN : error.outcome(),
                error.leader(),
                error.retryAfterMs());
        inbox.release(batch.reservedBytes());
        failAll(batch.records(), told);
    }

    /** Fails a record that never got into a batch. */
    void fail(PendingRecord record, FlotillaError error) {
        inbox.release(record.sizeBytes());
        failAll(List.of(record), error);
    }

    private void failAll(List<PendingRecord> records, FlotillaError error) {
        counters.failed(records.size());
        for (PendingRecord record : records) {
            phases.answered(record);
            record.listener().failed(error);
        }
    }
}
