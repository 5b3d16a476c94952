package io.flotilla.broker.rpc;

import io.flotilla.broker.isr.EpochEnd;
import io.flotilla.broker.partition.AnswerHeader;
import io.flotilla.broker.partition.ReplicaQuestion;
import io.flotilla.broker.partition.ReplicaWish;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.FetchReplicaResponse;
import io.flotilla.proto.internal.v1.ReplicaEpochQuestion;
import io.flotilla.proto.internal.v1.ReplicaFetch;
import io.flotilla.proto.internal.v1.ReplicaPosition;
import io.flotilla.proto.internal.v1.ReplicaReport;
import io.flotilla.proto.internal.v1.ReplicaStop;
import io.flotilla.proto.internal.v1.ReplicaSuspicion;

/** Replication's questions and answers to and from the wire, for both ends of a replica stream. */
public final class ReplicaFields {
    private ReplicaFields() {}

    /** The partition that a position is about; throws IllegalArgumentException when its topic id is none. */
    static PartitionId partition(ReplicaPosition position) {
        return new PartitionId(Ids.topic(position.getTopicId()), position.getPartition());
    }

    /** What the position asks; throws IllegalArgumentException when it carries no wish that this version knows. */
    static ReplicaQuestion question(ReplicaPosition position) {
        return new ReplicaQuestion(
                position.getLeaderEpoch(),
                position.getAssignmentRevision(),
                position.getSession(),
                position.getSeenRound(),
                wish(position));
    }

    private static ReplicaWish wish(ReplicaPosition position) {
        return switch (position.getWishCase()) {
            case FETCH -> fetch(position.getFetch());
            case EPOCH -> new ReplicaWish.EpochEndOf(position.getEpoch().getAskedEpoch());
            case REPORT -> report(position.getReport());
            case STOP -> new ReplicaWish.Stop();
            case WISH_NOT_SET -> throw new IllegalArgumentException("a position carries no wish");
        };
    }

    private static ReplicaWish report(ReplicaReport report) {
        return report.hasSuspicion()
                ? new ReplicaWish.Suspicion(report.getSuspicion().getOffset(), report.getReportedOffset())
                : new ReplicaWish.Report(report.getReportedOffset());
    }

    private static ReplicaWish fetch(ReplicaFetch fetch) {
        return new ReplicaWish.Fetch(
                fetch.getLogEndOffset(),
                fetch.getReportedOffset(),
                fetch.getLastEpoch(),
                fetch.getLogStartOffset(),
                fetch.getMaxBytes());
    }

    public static ReplicaPosition position(PartitionId partition, ReplicaQuestion question) {
        ReplicaPosition.Builder position = ReplicaPosition.newBuilder()
                .setTopicId(Ids.bytes(partition.topic()))
                .setPartition(partition.partition())
                .setLeaderEpoch(question.leaderEpoch())
                .setAssignmentRevision(question.assignmentRevision())
                .setSession(question.session())
                .setSeenRound(question.seenRound());
        if (question.wish() instanceof ReplicaWish.Fetch fetch) {
            position.setFetch(ReplicaFetch.newBuilder()
                    .setLogEndOffset(fetch.logEnd())
                    .setReportedOffset(fetch.reportedOffset())
                    .setLastEpoch(fetch.lastEpoch())
                    .setLogStartOffset(fetch.logStart())
                    .setMaxBytes(fetch.maxBytes()));
        } else if (question.wish() instanceof ReplicaWish.EpochEndOf epoch) {
            position.setEpoch(ReplicaEpochQuestion.newBuilder().setAskedEpoch(epoch.askedEpoch()));
        } else if (question.wish() instanceof ReplicaWish.Report report) {
            position.setReport(ReplicaReport.newBuilder().setReportedOffset(report.reportedOffset()));
        } else if (question.wish() instanceof ReplicaWish.Suspicion suspicion) {
            position.setReport(ReplicaReport.newBuilder()
                    .setReportedOffset(suspicion.reportedOffset())
                    .setSuspicion(ReplicaSuspicion.newBuilder().setOffset(suspicion.offset())));
        } else {
            position.setStop(ReplicaStop.getDefaultInstance());
        }
        return position.build();
    }

    static FetchReplicaResponse answer(PartitionId partition, AnswerHeader header) {
        FetchReplicaResponse.Builder answer = FetchReplicaResponse.newBuilder()
                .setTopicId(Ids.bytes(partition.topic()))
                .setPartition(partition.partition())
                .setLeaderEpoch(header.leaderEpoch())
                .setSession(header.session())
                .setFetchOffset(header.fetchOffset())
                .setHighWatermark(header.highWatermark())
                .setLogStartOffset(header.logStart())
                .setRound(header.round());
        if (header.diverging() != null) {
            answer.setDiverging(epochEnd(header.diverging()));
        }
        if (header.epochEnd() != null) {
            answer.setEpochEnd(epochEnd(header.epochEnd()));
        }
        if (header.error() != null) {
            answer.setError(Errors.toMessage(header.error()));
        }
        return answer.build();
    }

    /** The partition that an answer is about; throws IllegalArgumentException when its topic id is none. */
    public static PartitionId partition(FetchReplicaResponse answer) {
        return new PartitionId(Ids.topic(answer.getTopicId()), answer.getPartition());
    }

    public static AnswerHeader header(FetchReplicaResponse answer) {
        return new AnswerHeader(
                answer.getLeaderEpoch(),
                answer.getSession(),
                answer.getFetchOffset(),
                answer.getHighWatermark(),
                answer.getLogStartOffset(),
                answer.getRound(),
                answer.hasDiverging() ? epochEnd(answer.getDiverging()) : null,
                answer.hasEpochEnd() ? epochEnd(answer.getEpochEnd()) : null,
                answer.hasError() ? Errors.ofMessage(answer.getError()) : null);
    }

    private static io.flotilla.proto.internal.v1.EpochEnd epochEnd(EpochEnd end) {
        return io.flotilla.proto.internal.v1.EpochEnd.newBuilder()
                .setEpoch(end.epoch())
                .setEndOffset(end.endOffset())
                .build();
    }

    private static EpochEnd epochEnd(io.flotilla.proto.internal.v1.EpochEnd end) {
        return new EpochEnd(end.getEpoch(), end.getEndOffset());
    }
}
