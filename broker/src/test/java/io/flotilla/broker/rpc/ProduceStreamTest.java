package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.call.CallContext;
import io.flotilla.model.image.Durability;
import io.flotilla.model.time.SystemClock;
import io.flotilla.proto.v1.Acks;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.RecordBatches;
import io.flotilla.proto.v1.TopicRef;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one stream may have under way; the partition's loop is held until the test frees it. */
class ProduceStreamTest {
    private static final int REQUEST_BYTES = 1_000;

    @TempDir
    Path directory;

    private final FakeCall<ProduceCall, ProduceResponse> call = new FakeCall<>(HotMethods.PRODUCE);
    private final CountDownLatch loopHeld = new CountDownLatch(1);
    private TwoBrokers cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = new TwoBrokers(directory, Durability.REPLICATED);
        cluster.lead(1, 5, 1);
        cluster.node(1).loop.execute(() -> awaitUninterruptibly(loopHeld));
    }

    @AfterEach
    void stop() {
        loopHeld.countDown();
        cluster.close();
    }

    @Test
    void requestsStopWhenTooManyBytesWaitForTheirAppend() {
        ProduceStream stream = stream(3 * REQUEST_BYTES, 100);
        stream.onMessage(request(Acks.ACKS_NONE));
        stream.onMessage(request(Acks.ACKS_NONE));
        assertThat(call.requested).hasValue(2);
        stream.onMessage(request(Acks.ACKS_NONE));
        assertThat(call.requested).hasValue(2);
        loopHeld.countDown();
        Await.until("the stream asks for more", () -> call.requested.get() == 3);
        assertThat(call.sent).isEmpty();
    }

    @Test
    void requestsStopWhenTooManyWaitForTheirAnswerToGoOut() {
        ProduceStream stream = stream(1 << 20, 2);
        call.ready = false;
        stream.onMessage(request(Acks.ACKS_LEADER));
        assertThat(call.requested).hasValue(1);
        stream.onMessage(request(Acks.ACKS_LEADER));
        assertThat(call.requested).hasValue(1);
        loopHeld.countDown();
        Await.until(
                "both are appended", () -> cluster.node(1).partition.status().logEnd() == 2);
        assertThat(call.requested).hasValue(1);
        call.ready = true;
        stream.onReady();
        Await.until("the stream asks for more", () -> call.requested.get() == 2);
        assertThat(call.sent).hasSize(2);
    }

    @Test
    void aRefusedRequestGivesItsRoomBack() {
        ProduceStream stream = stream(REQUEST_BYTES, 1);
        for (int i = 1; i <= 10; i++) {
            stream.onMessage(new ProduceCall(
                    ProduceRequest.newBuilder()
                            .setTopic(TopicRef.newBuilder().setName("nothing"))
                            .build(),
                    ByteBuffer.allocate(0),
                    REQUEST_BYTES,
                    ""));
            assertThat(call.requested).hasValue(i);
        }
        assertThat(call.sent).hasSize(10);
    }

    private ProduceStream stream(long bytesMax, int requestsMax) {
        DataPath path = new DataPath(
                new ImagePartitions(1, cluster::image, id -> Optional.of(cluster.node(1).partition), broker -> ""),
                new SystemClock(),
                Runnable::run,
                new RpcSettings(bytesMax, requestsMax, 64, 1 << 20, 1_000_000_000L),
                "CLIENT");
        return new ProduceStream(call, CallContext.internal("test"), path);
    }

    private static ProduceCall request(Acks acks) {
        return new ProduceCall(
                ProduceRequest.newBuilder()
                        .setTopic(TopicRef.newBuilder().setName(TwoBrokers.TOPIC))
                        .setAcks(acks)
                        .build(),
                ByteBuffer.wrap(RecordBatches.newBuilder()
                        .addBatches(StubBatches.complete("value"))
                        .build()
                        .toByteArray()),
                REQUEST_BYTES,
                "");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
