package io.flotilla.broker.partition;

import io.flotilla.broker.isr.CommittedPartition;
import io.flotilla.broker.log.LogDamage;
import io.flotilla.broker.log.SequenceVerdict;
import io.flotilla.model.disk.DiskException;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.record.BatchDefect;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Words the errors of one partition. */
final class Refusals {
    private static final long SOON_MS = 50;
    private static final long LATER_MS = 1_000;

    private final PartitionId partition;
    private final BrokerEndpoints endpoints;
    private final int brokerId;

    /** @param brokerId our own */
    Refusals(PartitionId partition, BrokerEndpoints endpoints, int brokerId) {
        this.partition = partition;
        this.endpoints = endpoints;
        this.brokerId = brokerId;
    }

    FlotillaError notLeader(int leaderId, int leaderEpoch, Outcome outcome) {
        boolean known = leaderId != PartitionState.NO_LEADER;
        String message = known
                ? "partition " + partition + " is led by broker " + leaderId + " in epoch " + leaderEpoch
                : "partition " + partition + " has no leader at the moment";
        Optional<LeaderHint> hint = known ? Optional.of(hint(leaderId, leaderEpoch)) : Optional.empty();
        ErrorCode code = known ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.LEADER_NOT_AVAILABLE;
        return new FlotillaError(code, message, outcome, hint, known ? 0 : SOON_MS);
    }

    private LeaderHint hint(int leaderId, int leaderEpoch) {
        return new LeaderHint(leaderId, endpoints.clientEndpoint(leaderId), leaderEpoch);
    }

    FlotillaError leadershipEnded(int leaderEpoch) {
        return FlotillaError.unknown(
                ErrorCode.NOT_LEADER_OR_FOLLOWER,
                "the leadership of partition " + partition + " in epoch " + leaderEpoch
                        + " ended before the append was acknowledged; it may survive or not");
    }

    FlotillaError deposed(int leaderEpoch) {
        return notApplied(
                        ErrorCode.NOT_LEADER_OR_FOLLOWER,
                        "partition " + partition + " has a leader later than this one of epoch " + leaderEpoch)
                .withRetryAfterMs(SOON_MS);
    }

    FlotillaError isolated() {
        return notApplied(
                        ErrorCode.NOT_LEADER_OR_FOLLOWER,
                        "this leader of partition " + partition
                                + " hears neither the controller nor enough replicas, another may lead by now")
                .withRetryAfterMs(SOON_MS);
    }

    FlotillaError draining() {
        return notApplied(ErrorCode.NOT_LEADER_OR_FOLLOWER, "the leadership of partition " + partition + " is moving")
                .withRetryAfterMs(SOON_MS);
    }

    /** Compares the epoch that an asker knows with the one we lead in; null when they agree or none is known. */
    @Nullable
    FlotillaError epoch(int askers, int ours) {
        if (askers == Partition.ANY_EPOCH || askers == ours) {
            return null;
        }
        return askers < ours
                ? notApplied(
                                ErrorCode.FENCED_LEADER_EPOCH,
                                "leader epoch " + askers + " of partition " + partition
                                        + " is over, the current one is " + ours)
                        .withLeader(hint(brokerId, ours))
                : notApplied(
                                ErrorCode.UNKNOWN_LEADER_EPOCH,
                                "this broker knows partition " + partition + " only up to leader epoch " + ours
                                        + ", not " + askers + "; try again when it has caught up")
                        .withRetryAfterMs(SOON_MS);
    }

    FlotillaError expired() {
        return notApplied(ErrorCode.REQUEST_TIMED_OUT, "the deadline passed before the batches were appended");
    }

    FlotillaError overloaded(String what, int limit) {
        return notApplied(
                        ErrorCode.OVERLOADED,
                        "partition " + partition + " has " + limit + " " + what + " waiting, the most it takes")
                .withRetryAfterMs(SOON_MS);
    }

    FlotillaError notEnoughReplicas(CommittedPartition committed) {
        return notApplied(
                        ErrorCode.NOT_ENOUGH_REPLICAS,
                        "partition " + partition + " has " + committed.isr().size()
                                + " in-sync replicas, acks=all needs " + committed.isrSizeMin()
                                + " (min.insync.replicas)")
                .withRetryAfterMs(SOON_MS);
    }

    FlotillaError tooLarge(int bytes, int limit) {
        return notApplied(
                ErrorCode.MESSAGE_TOO_LARGE,
                "a batch has " + bytes + " bytes, max.message.bytes of the topic allows " + limit);
    }

    FlotillaError withoutKey(int number) {
        return notApplied(
                ErrorCode.INVALID_RECORD,
                "record " + number + " of a batch has no key, and partition " + partition
                        + " keeps of each key the last record (cleanup.policy=compact): give every record a key");
    }

    FlotillaError noBatches() {
        return notApplied(ErrorCode.INVALID_RECORD, "the request holds no batch");
    }

    FlotillaError defect(BatchDefect defect) {
        ErrorCode code = switch (defect.kind()) {
            case TRUNCATED, NOT_CANONICAL, MALFORMED, BAD_CRC -> ErrorCode.CORRUPT_MESSAGE;
            case TOO_LARGE -> ErrorCode.MESSAGE_TOO_LARGE;
            case BAD_FIELD, BAD_RECORDS -> ErrorCode.INVALID_RECORD;
            case UNKNOWN_CODEC -> ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
        };
        return notApplied(code, defect.message());
    }

    /** Words a refusal of producer state; only for verdicts that refuse. */
    FlotillaError sequence(SequenceVerdict verdict) {
        if (verdict instanceof SequenceVerdict.OutOfOrder wrong) {
            return notApplied(
                    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                    "producer " + wrong.producerId() + " sent sequence " + wrong.baseSequence() + " to partition "
                            + partition + " where " + wrong.expectedSequence() + " was due");
        }
        if (verdict instanceof SequenceVerdict.UnknownProducer unknown) {
            return notApplied(
                    ErrorCode.UNKNOWN_PRODUCER_ID,
                    "partition " + partition + " does not know producer " + unknown.producerId()
                            + ", whose first sequence must be 0, not " + unknown.baseSequence());
        }
        if (verdict instanceof SequenceVerdict.TooManyProducers full) {
            return notApplied(
                            ErrorCode.OVERLOADED,
                            "partition " + partition + " knows " + full.limits().max()
                                    + " producers that all wrote within producer.id.expiration.ms "
                                    + full.limits().expirationMs()
                                    + ", the most it remembers; try again, and let producers live longer")
                    .withRetryAfterMs(Math.min(full.retryAfterMs(), LATER_MS));
        }
        if (verdict instanceof SequenceVerdict.InvalidEpoch old) {
            return notApplied(
                    ErrorCode.INVALID_PRODUCER_EPOCH,
                    "producer " + old.producerId() + " is at epoch " + old.currentEpoch() + ", not "
                            + old.producerEpoch());
        }
        throw new IllegalArgumentException(verdict + " is no refusal");
    }

    FlotillaError outOfRange(long offset, long logStart, long logEnd) {
        return notApplied(
                ErrorCode.OFFSET_OUT_OF_RANGE,
                "offset " + offset + " of partition " + partition + " is not within [" + logStart + ", " + logEnd
                        + "]");
    }

    FlotillaError deletionOutOfRange(long offset, long highWatermark) {
        return notApplied(
                ErrorCode.OFFSET_OUT_OF_RANGE,
                "records of partition " + partition + " can be deleted below an offset from 0 to the high watermark "
                        + highWatermark + ", not " + offset + "; -1 means the high watermark");
    }

    FlotillaError deletionTimedOut(long offset, long lowWatermark) {
        return FlotillaError.unknown(
                ErrorCode.REQUEST_TIMED_OUT,
                "the leader of partition " + partition + " has given up its records below " + offset
                        + ", but not every in-sync replica has said so in time; some start at " + lowWatermark
                        + " or later. They follow when they can; ask again to hear of it");
    }

    FlotillaError deletionUnsettled(long offset, int leaderEpoch) {
        return FlotillaError.unknown(
                ErrorCode.NOT_LEADER_OR_FOLLOWER,
                "the leadership of partition " + partition + " in epoch " + leaderEpoch
                        + " ended before every in-sync replica had given up the records below " + offset
                        + "; ask again");
    }

    FlotillaError batchTooLargeForAsker(int bytes, int limit) {
        return notApplied(
                ErrorCode.MESSAGE_TOO_LARGE,
                "the next batch has " + bytes + " bytes, the request takes " + limit + ": raise max_message_bytes");
    }

    FlotillaError storage(Outcome outcome, DiskException cause) {
        return new FlotillaError(
                ErrorCode.KAFKA_STORAGE_ERROR,
                "the log of partition " + partition + " on this broker failed: " + cause.getMessage(),
                outcome,
                Optional.empty(),
                0);
    }

    FlotillaError noSpace(String shortage) {
        return notApplied(
                        ErrorCode.KAFKA_STORAGE_ERROR,
                        "partition " + partition + " takes no writes for want of space: " + shortage)
                .withRetryAfterMs(LATER_MS);
    }

    FlotillaError damaged(LogDamage damage) {
        return notApplied(
                ErrorCode.KAFKA_STORAGE_ERROR,
                "the log of partition " + partition + " on this broker is damaged from offset " + damage.offset()
                        + " on and takes no writes: " + damage.description()
                        + ". Another replica that has the records takes over, if there is one; see the broker's log");
    }

    FlotillaError stopped() {
        return notApplied(
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "partition " + partition + " is no longer on this broker");
    }

    FlotillaError staleBroker(FollowerStream from) {
        return notApplied(
                ErrorCode.STALE_BROKER_EPOCH,
                "epoch " + from.brokerEpoch() + " of broker " + from.brokerId() + " is an earlier run's");
    }

    FlotillaError unknownReplica(FollowerStream from, long assignmentRevision) {
        return notApplied(
                        ErrorCode.INELIGIBLE_REPLICA,
                        "this leader does not know broker " + from.brokerId() + " as a replica of partition "
                                + partition + " assigned at revision " + assignmentRevision)
                .withRetryAfterMs(SOON_MS);
    }

    FlotillaError lateSession(FollowerStream from, long session) {
        return notApplied(
                        ErrorCode.INELIGIBLE_REPLICA,
                        "the question of session " + session + " of broker " + from.brokerId() + " about partition "
                                + partition + " came after one of a later session; ask again in a later one")
                .withRetryAfterMs(SOON_MS);
    }

    private static FlotillaError notApplied(ErrorCode code, String message) {
        return FlotillaError.notApplied(code, message);
    }
}
