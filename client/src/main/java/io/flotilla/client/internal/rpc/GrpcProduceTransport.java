package io.flotilla.client.internal.rpc;

import io.flotilla.client.internal.batch.Acks;
import io.flotilla.client.internal.batch.ProduceAnswer;
import io.flotilla.client.internal.batch.ProduceTransport;
import io.flotilla.client.internal.rpc.HotMethods.ProduceFrame;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.Durability;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.v1.InitProducerRequest;
import io.flotilla.proto.v1.InitProducerResponse;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.TopicRef;
import java.util.concurrent.Executor;

/** Produces over gRPC. Called by the producer's loop. */
public final class GrpcProduceTransport implements ProduceTransport {
    private final ChannelPool channels;
    private final Executor loop;

    public GrpcProduceTransport(ChannelPool channels, Executor loop) {
        this.channels = channels;
        this.loop = loop;
    }

    @Override
    public ProduceStream open(Endpoint broker, StreamListener listener) {
        BidiCall<ProduceFrame, ProduceResponse, ProduceAnswer> call = BidiCall.open(
                new BidiCall.Line(channels, broker, loop),
                HotMethods.PRODUCE,
                GrpcProduceTransport::answer,
                new BidiCall.Receiver<>() {
                    @Override
                    public void received(ProduceAnswer answer) {
                        listener.answered(answer);
                    }

                    @Override
                    public void broken(FlotillaError error) {
                        listener.broken(error);
                    }
                });
        return new ProduceStream() {
            @Override
            public void send(ProduceCommand command) {
                call.send(frame(command));
            }

            @Override
            public void close() {
                call.close();
            }
        };
    }

    @Override
    public void initProducer(Endpoint broker, long timeoutMs, IdentityListener listener) {
        UnaryCall.start(
                new UnaryCall.Line(channels, broker, loop, timeoutMs),
                LogServiceGrpc.getInitProducerMethod(),
                InitProducerRequest.getDefaultInstance(),
                new UnaryCall.Receiver<InitProducerResponse>() {
                    @Override
                    public void received(InitProducerResponse answer) {
                        listener.allocated(new Identity(answer.getProducerId(), answer.getProducerEpoch()));
                    }

                    @Override
                    public void failed(FlotillaError error) {
                        listener.failed(error);
                    }
                });
    }

    static ProduceFrame frame(ProduceCommand command) {
        Destination destination = command.destination();
        ProduceRequest fields = ProduceRequest.newBuilder()
                .setCorrelationId(command.correlationId())
                .setTopic(TopicRef.newBuilder().setId(Ids.bytes(destination.topic())))
                .setPartition(destination.partition())
                .setAcks(acks(command.acks()))
                .setTimeoutMs(command.timeoutMs())
                .setLeaderEpoch(destination.leaderEpoch())
                .build();
        return new ProduceFrame(command.entry(), fields);
    }

    private static io.flotilla.proto.v1.Acks acks(Acks acks) {
        return switch (acks) {
            case NONE -> io.flotilla.proto.v1.Acks.ACKS_NONE;
            case LEADER -> io.flotilla.proto.v1.Acks.ACKS_LEADER;
            case ALL -> io.flotilla.proto.v1.Acks.ACKS_ALL;
        };
    }

    static ProduceAnswer answer(ProduceResponse message) {
        return new ProduceAnswer(
                message.getCorrelationId(),
                message.getBaseOffset(),
                message.getLeaderEpoch(),
                message.getAppendTimeMs(),
                message.getDurability() == io.flotilla.proto.v1.Durability.DURABILITY_REPLICATED
                        ? Durability.REPLICATED
                        : Durability.SYNCED,
                message.getDuplicate(),
                message.hasError() ? Errors.ofMessage(message.getError()) : null);
    }
}
