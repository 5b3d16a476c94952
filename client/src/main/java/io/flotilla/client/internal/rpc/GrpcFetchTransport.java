package io.flotilla.client.internal.rpc;

import io.flotilla.client.internal.fetch.FetchTransport;
import io.flotilla.client.internal.routing.Location;
import io.flotilla.client.internal.rpc.HotMethods.FetchFrame;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.EpochQuery;
import io.flotilla.proto.v1.EpochResult;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.ListOffsetsQuery;
import io.flotilla.proto.v1.ListOffsetsRequest;
import io.flotilla.proto.v1.ListOffsetsResponse;
import io.flotilla.proto.v1.ListOffsetsResult;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.OffsetsForLeaderEpochRequest;
import io.flotilla.proto.v1.OffsetsForLeaderEpochResponse;
import io.flotilla.proto.v1.TopicRef;
import java.util.List;
import java.util.concurrent.Executor;

/** Fetches over gRPC. Called by the client's loop. */
public final class GrpcFetchTransport implements FetchTransport {
    private static final int MESSAGE_BYTES_MAX = (16 << 20) + (64 << 10);

    private final ChannelPool channels;
    private final Executor loop;

    public GrpcFetchTransport(ChannelPool channels, Executor loop) {
        this.channels = channels;
        this.loop = loop;
    }

    @Override
    public FetchStream open(Endpoint broker, StreamListener listener) {
        BidiCall<FetchRequest, FetchFrame, FetchAnswer> call = BidiCall.open(
                new BidiCall.Line(channels, broker, loop),
                HotMethods.FETCH,
                GrpcFetchTransport::answer,
                new BidiCall.Receiver<>() {
                    @Override
                    public void received(FetchAnswer answer) {
                        listener.answered(answer);
                    }

                    @Override
                    public void broken(FlotillaError error) {
                        listener.broken(error);
                    }
                });
        return new FetchStream() {
            @Override
            public void send(FetchCommand command) {
                call.send(request(command));
            }

            @Override
            public void close() {
                call.close();
            }
        };
    }

    static FetchRequest request(FetchCommand command) {
        return FetchRequest.newBuilder()
                .setCorrelationId(command.correlationId())
                .setTopic(topic(command.where()))
                .setPartition(command.where().partition())
                .setOffset(command.offset())
                .setLeaderEpoch(command.where().leaderEpoch())
                .setMaxBytes(command.bytesMax())
                .setMinBytes(command.patience().bytesMin())
                .setMaxWaitMs(command.patience().waitMsMax())
                .setMaxMessageBytes(MESSAGE_BYTES_MAX)
                .build();
    }

    private static TopicRef topic(Location where) {
        return TopicRef.newBuilder().setId(Ids.bytes(where.topic())).build();
    }

    private static FetchAnswer answer(FetchFrame frame) {
        FetchResponse fields = frame.fields();
        return new FetchAnswer(
                fields.getCorrelationId(),
                frame.batches(),
                fields.getHighWatermark(),
                fields.hasError() ? Errors.ofMessage(fields.getError()) : null);
    }

    @Override
    public void findOffsets(Endpoint leader, List<OffsetCall> questions, long timeoutMs) {
        ListOffsetsRequest.Builder request = ListOffsetsRequest.newBuilder();
        questions.forEach(call -> request.addQueries(query(call)));
        UnaryCall.start(
                new UnaryCall.Line(channels, leader, loop, timeoutMs),
                LogServiceGrpc.getListOffsetsMethod(),
                request.build(),
                new UnaryCall.Receiver<ListOffsetsResponse>() {
                    @Override
                    public void received(ListOffsetsResponse answer) {
                        for (int i = 0; i < questions.size(); i++) {
                            OffsetListener listener = questions.get(i).listener();
                            if (i < answer.getResultsCount()) {
                                tell(listener, answer.getResults(i));
                            } else {
                                listener.failed(missing());
                            }
                        }
                    }

                    @Override
                    public void failed(FlotillaError error) {
                        questions.forEach(call -> call.listener().failed(error));
                    }
                });
    }

    private static ListOffsetsQuery query(OffsetCall call) {
        return ListOffsetsQuery.newBuilder()
                .setTopic(topic(call.where()))
                .setPartition(call.where().partition())
                .setSpec(spec(call.question().spec()))
                .setTimestampMs(call.question().timestampMs())
                .setLeaderEpoch(call.where().leaderEpoch())
                .build();
    }

    private static void tell(OffsetListener listener, ListOffsetsResult result) {
        if (result.hasError()) {
            listener.failed(Errors.ofMessage(result.getError()));
        } else {
            listener.found(new FoundOffset(result.getOffset(), result.getTimestampMs(), result.getLeaderEpoch()));
        }
    }

    @Override
    public void endOfEpoch(Location where, int epoch, long timeoutMs, EpochListener listener) {
        OffsetsForLeaderEpochRequest request = OffsetsForLeaderEpochRequest.newBuilder()
                .addQueries(EpochQuery.newBuilder()
                        .setTopic(topic(where))
                        .setPartition(where.partition())
                        .setAskedEpoch(epoch)
                        .setLeaderEpoch(where.leaderEpoch()))
                .build();
        UnaryCall.start(
                line(where, timeoutMs),
                LogServiceGrpc.getOffsetsForLeaderEpochMethod(),
                request,
                new UnaryCall.Receiver<OffsetsForLeaderEpochResponse>() {
                    @Override
                    public void received(OffsetsForLeaderEpochResponse answer) {
                        if (answer.getResultsCount() == 0) {
                            listener.failed(missing());
                            return;
                        }
                        EpochResult result = answer.getResults(0);
                        if (result.hasError()) {
                            listener.failed(Errors.ofMessage(result.getError()));
                        } else {
                            listener.ended(result.getEndOffset());
                        }
                    }

                    @Override
                    public void failed(FlotillaError error) {
                        listener.failed(error);
                    }
                });
    }

    private UnaryCall.Line line(Location where, long timeoutMs) {
        return new UnaryCall.Line(channels, where.leader().endpoint(), loop, timeoutMs);
    }

    private static FlotillaError missing() {
        return FlotillaError.notApplied(ErrorCode.UNKNOWN_SERVER_ERROR, "the broker answered without a result");
    }

    private static io.flotilla.proto.v1.OffsetSpec spec(OffsetSpec spec) {
        return switch (spec) {
            case EARLIEST -> io.flotilla.proto.v1.OffsetSpec.OFFSET_SPEC_EARLIEST;
            case LATEST -> io.flotilla.proto.v1.OffsetSpec.OFFSET_SPEC_LATEST;
            case TIMESTAMP -> io.flotilla.proto.v1.OffsetSpec.OFFSET_SPEC_TIMESTAMP;
            case MAX_TIMESTAMP -> io.flotilla.proto.v1.OffsetSpec.OFFSET_SPEC_MAX_TIMESTAMP;
        };
    }
}
