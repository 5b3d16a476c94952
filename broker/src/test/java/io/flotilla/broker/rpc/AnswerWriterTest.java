package io.flotilla.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class AnswerWriterTest {
    private final FakeCall<ProduceRequest, ProduceResponse> call = new FakeCall<>(LogServiceGrpc.getProduceMethod());
    private final List<Long> dropped = new ArrayList<>();
    private boolean mayGo = true;
    private final AnswerWriter.Rules<ProduceResponse> rules = new AnswerWriter.Rules<>() {
        @Override
        public boolean mayGo(ProduceResponse answer) {
            return mayGo;
        }

        @Override
        public void onDropped(ProduceResponse answer) {
            dropped.add(answer.getCorrelationId());
        }
    };
    private final AnswerWriter<ProduceResponse> writer = new AnswerWriter<>(call, Runnable::run, rules);

    @Test
    void answersGoOutInTheirOrder() {
        writer.add(answer(1));
        writer.add(answer(2));
        assertThat(sent()).containsExactly(1L, 2L);
    }

    @Test
    void nothingGoesToATransportThatIsNotReady() {
        call.ready = false;
        writer.add(answer(1));
        writer.addUrgent(answer(2));
        assertThat(call.sent).isEmpty();
        call.ready = true;
        writer.resume();
        assertThat(sent()).containsExactly(2L, 1L);
    }

    @Test
    void anAnswerThatMayNotGoHoldsBackOthersButNotUrgentOnes() {
        mayGo = false;
        writer.add(answer(1));
        writer.add(answer(2));
        writer.addUrgent(answer(3));
        assertThat(sent()).containsExactly(3L);
        mayGo = true;
        writer.resume();
        assertThat(sent()).containsExactly(3L, 1L, 2L);
    }

    @Test
    void finishingWaitsForWhatIsQueued() {
        call.ready = false;
        writer.add(answer(1));
        writer.finish();
        assertThat(call.closed).isNull();
        call.ready = true;
        writer.resume();
        assertThat(sent()).containsExactly(1L);
        assertThat(call.closed).isEqualTo(Status.OK);
    }

    @Test
    void failingDropsWhatIsQueuedAndEverythingAfter() {
        call.ready = false;
        writer.add(answer(1));
        writer.fail(Status.INVALID_ARGUMENT, new Metadata());
        writer.add(answer(2));
        writer.finish();
        assertThat(call.closed).isEqualTo(Status.INVALID_ARGUMENT);
        assertThat(dropped).containsExactly(1L, 2L);
    }

    @Test
    void aCallThatEndedByItselfIsNotClosed() {
        writer.stop();
        writer.add(answer(1));
        assertThat(call.closed).isNull();
        assertThat(dropped).containsExactly(1L);
    }

    @Test
    void aTransportThatRefusesAnAnswerEndsTheCall() {
        call.close(Status.CANCELLED, new Metadata());
        writer.add(answer(1));
        writer.add(answer(2));
        assertThat(dropped).containsExactly(1L, 2L);
    }

    @Test
    void anExecutorThatShutDownDropsAnswers() {
        AnswerWriter<ProduceResponse> late = new AnswerWriter<>(
                call,
                task -> {
                    throw new RejectedExecutionException();
                },
                rules);
        late.add(answer(1));
        late.add(answer(2));
        assertThat(dropped).containsExactly(1L, 2L);
    }

    @Test
    void manyThreadsHaveOneWriter() throws Exception {
        int threads = 8;
        int each = 5_000;
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> writers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            int first = t * each;
            Thread thread = new Thread(() -> {
                awaitUninterruptibly(go);
                for (int i = 0; i < each; i++) {
                    writer.add(answer(first + i));
                }
            });
            thread.start();
            writers.add(thread);
        }
        go.countDown();
        for (Thread thread : writers) {
            thread.join();
        }
        assertThat(call.sent).hasSize(threads * each);
        for (int t = 0; t < threads; t++) {
            long first = (long) t * each;
            assertThat(sent().stream().filter(id -> id >= first && id < first + each))
                    .isSorted();
        }
        assertThat(dropped).isEmpty();
    }

    private List<Long> sent() {
        return call.sent.stream().map(ProduceResponse::getCorrelationId).toList();
    }

    private static ProduceResponse answer(long correlationId) {
        return ProduceResponse.newBuilder().setCorrelationId(correlationId).build();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
