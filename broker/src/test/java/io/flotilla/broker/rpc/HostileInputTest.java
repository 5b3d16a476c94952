package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.Durability;
import io.flotilla.model.wire.MessageBytes;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.RecordBatches;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that send bytes which no stub would send. */
class HostileInputTest {
    @TempDir
    Path directory;

    private TwoBrokers cluster;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        cluster = new TwoBrokers(directory, Durability.REPLICATED);
        cluster.lead(1, 5, 1);
        channel = BrokerNode.channel(cluster.node(1).endpoint());
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        cluster.close();
    }

    @Test
    void whatIsNoMessageEndsItsStreamOnly() {
        StubStream<byte[], ProduceResponse> sound = rawProduce();
        for (String hostile : List.of("0affffffff07", "0a05", "0c", "00", "07", "0affffffffffffffffff01")) {
            StubStream<byte[], ProduceResponse> stream = rawProduce();
            stream.send(HexFormat.of().parseHex(hostile));
            Status end = stream.end();
            assertThat(end.getCode()).as(hostile).isEqualTo(Status.Code.INVALID_ARGUMENT);
            FlotillaError error = StatusErrors.ofFailure(stream.failure());
            assertThat(error.code()).as(hostile).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(error.message()).contains("no ProduceRequest");
        }
        sound.send(request().toByteArray());
        assertThat(sound.next().getBaseOffset()).isZero();
    }

    @Test
    void fieldsInAnyOrderAndUnknownOnesAreRead() {
        byte[] batches = RecordBatches.newBuilder()
                .addBatches(StubBatches.complete("a"))
                .build()
                .toByteArray();
        byte[] rest = request().toBuilder().clearBatches().build().toByteArray();
        byte[] unknown = HexFormat.of().parseHex("ca3e03010203");
        StubStream<byte[], ProduceResponse> stream = rawProduce();
        stream.send(concat(unknown, batches, rest, batches, unknown, batches));
        ProduceResponse answer = stream.next();
        assertThat(answer.getError().getMessage()).isEmpty();
        assertThat(answer.getLastOffset()).isEqualTo(2);
    }

    @Test
    void repeatedFieldsCountOnceTheLastOneWins() {
        byte[] twice = concat(
                request().toBuilder().setCorrelationId(1).build().toByteArray(),
                HexFormat.of().parseHex("1009"));
        StubStream<byte[], ProduceResponse> stream = rawProduce();
        stream.send(twice);
        assertThat(stream.next().getCorrelationId()).isEqualTo(9);
    }

    @Test
    void hostileBatchesInsideASoundMessageAreRefusedByThemselves() {
        StubStream<byte[], ProduceResponse> stream = rawProduce();
        byte[] rest = request().toBuilder().clearBatches().build().toByteArray();
        for (String hostile : List.of("0a00", "0a01ff", "0a03080801", "0a0a7affffffff0f00000000")) {
            stream.send(concat(HexFormat.of().parseHex(hostile), rest));
            assertThat(stream.next().getError().getReason()).as(hostile).isEqualTo("CORRUPT_MESSAGE");
        }
        stream.send(request().toByteArray());
        assertThat(stream.next().getBaseOffset()).isZero();
    }

    /**
     * The stream ends, and maybe its connection: the server resets the stream for each frame that is still on its way,
     * and Netty ends a connection after some hundred resets.
     */
    @Test
    void messagesAboveTheLimitHarmNoOtherClient() throws Exception {
        ManagedChannel other = BrokerNode.channel(cluster.node(1).endpoint());
        try {
            StubStream<byte[], ProduceResponse> sound = rawProduce(other);
            StubStream<byte[], ProduceResponse> stream = rawProduce();
            stream.send(new byte[HotListener.MESSAGE_BYTES_MAX + 1]);
            assertThat(stream.end().isOk()).isFalse();
            sound.send(request().toByteArray());
            assertThat(sound.next().getBaseOffset()).isZero();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void aCancelledLongPollMakesRoomAtOnce() {
        LogServiceGrpc.LogServiceStub stub = LogServiceGrpc.newStub(channel);
        FetchRequest poll = FetchRequest.newBuilder()
                .setTopic(TopicRef.newBuilder().setName(TwoBrokers.TOPIC))
                .setMaxWaitMs(300_000)
                .build();
        StubStream<FetchRequest, FetchResponse> patient = StubStream.open(stub::fetch);
        for (int i = 0; i < BrokerNode.PENDING_FETCHES_MAX; i++) {
            patient.send(poll);
        }
        StubStream<FetchRequest, FetchResponse> other = StubStream.open(stub::fetch);
        FetchRequest brief = poll.toBuilder().setMaxWaitMs(60).build();
        Await.until("all places are taken", () -> {
            other.send(brief);
            return other.next().getError().getReason().equals("OVERLOADED");
        });
        patient.cancel();
        Await.until("the places are free again", () -> {
            other.send(brief);
            return !other.next().hasError();
        });
    }

    private StubStream<byte[], ProduceResponse> rawProduce() {
        return rawProduce(channel);
    }

    private static StubStream<byte[], ProduceResponse> rawProduce(ManagedChannel channel) {
        MethodDescriptor<byte[], ProduceResponse> raw = LogServiceGrpc.getProduceMethod().toBuilder(
                        new RawMarshaller(), LogServiceGrpc.getProduceMethod().getResponseMarshaller())
                .build();
        return StubStream.open(
                answers -> ClientCalls.asyncBidiStreamingCall(channel.newCall(raw, CallOptions.DEFAULT), answers));
    }

    private static ProduceRequest request() {
        return ProduceRequest.newBuilder()
                .setTopic(TopicRef.newBuilder().setName(TwoBrokers.TOPIC))
                .addBatches(StubBatches.complete("sound"))
                .build();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static final class RawMarshaller implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return MessageBytes.owned(stream);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
