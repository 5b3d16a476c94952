package io.flotilla.process;

import com.google.protobuf.ByteString;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.FetchRequest;
import io.flotilla.proto.v1.FetchResponse;
import io.flotilla.proto.v1.LogServiceGrpc;
import io.flotilla.proto.v1.MetadataServiceGrpc;
import io.flotilla.proto.v1.ProduceRequest;
import io.flotilla.proto.v1.ProduceResponse;
import io.flotilla.proto.v1.Record;
import io.flotilla.proto.v1.RecordBatch;
import io.flotilla.proto.v1.RecordSet;
import io.flotilla.proto.v1.TopicRef;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A client as any language has it: generated stubs and messages, nothing of ours. Owned and closed by one test. */
final class StubClient implements AutoCloseable {
    private static final int ANSWER_SECONDS = 30;
    /** Far enough in the future that no retention takes the records away while a test looks. */
    private static final long TIMESTAMP_MS = 4_000_000_000_000L;

    private final ManagedChannel channel;

    /** A client of the broker at "host:port". */
    StubClient(String endpoint) {
        this.channel = ManagedChannelBuilder.forTarget(endpoint).usePlaintext().build();
    }

    AdminServiceGrpc.AdminServiceBlockingStub admin() {
        return AdminServiceGrpc.newBlockingStub(channel).withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    MetadataServiceGrpc.MetadataServiceBlockingStub metadata() {
        return MetadataServiceGrpc.newBlockingStub(channel);
    }

    /** A batch of records with these values, in the fields that a producer sets; the broker computes the crc. */
    static RecordBatch.Builder batch(List<String> values) {
        RecordSet.Builder records = RecordSet.newBuilder();
        for (int i = 0; i < values.size(); i++) {
            records.addRecords(Record.newBuilder().setOffsetDelta(i).setValue(ByteString.copyFromUtf8(values.get(i))));
        }
        ByteString payload = records.build().toByteString();
        return RecordBatch.newBuilder()
                .setAttributes(0)
                .setLastOffsetDelta(values.size() - 1)
                .setRecordCount(values.size())
                .setUncompressedSize(payload.size())
                .setProducerId(-1)
                .setProducerEpoch(-1)
                .setBaseSequence(-1)
                .setBaseTimestampMs(TIMESTAMP_MS)
                .setMaxTimestampMs(TIMESTAMP_MS)
                .setPayload(payload);
    }

    /** A request for partition 0 of a topic. */
    static ProduceRequest.Builder request(String topic, RecordBatch.Builder batch) {
        return ProduceRequest.newBuilder()
                .setTopic(TopicRef.newBuilder().setName(topic))
                .addBatches(batch);
    }

    ProduceResponse produce(ProduceRequest.Builder request) {
        return produce(List.of(request)).get(0);
    }

    /** Sends all requests on one stream, then waits for as many answers, which come in any order. */
    List<ProduceResponse> produce(List<ProduceRequest.Builder> requests) {
        return exchange(
                LogServiceGrpc.newStub(channel)::produce,
                requests.stream().map(ProduceRequest.Builder::build).toList());
    }

    /** Reads partition 0 of a topic from an offset on. */
    FetchResponse fetch(String topic, long offset) {
        return fetch(FetchRequest.newBuilder()
                .setTopic(TopicRef.newBuilder().setName(topic))
                .setOffset(offset)
                .setMaxWaitMs(5_000));
    }

    FetchResponse fetch(FetchRequest.Builder request) {
        return exchange(LogServiceGrpc.newStub(channel)::fetch, List.of(request.build()))
                .get(0);
    }

    private static <Q, A> List<A> exchange(Function<StreamObserver<A>, StreamObserver<Q>> call, List<Q> requests) {
        CompletableFuture<List<A>> all = new CompletableFuture<>();
        List<A> answers = new ArrayList<>();
        StreamObserver<Q> stream = call.apply(new StreamObserver<>() {
            @Override
            public void onNext(A answer) {
                answers.add(answer);
                if (answers.size() == requests.size()) {
                    all.complete(List.copyOf(answers));
                }
            }

            @Override
            public void onError(Throwable failure) {
                all.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                all.completeExceptionally(new IllegalStateException("the stream ended after " + answers));
            }
        });
        requests.forEach(stream::onNext);
        try {
            return all.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer to every request", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            stream.onCompleted();
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
