package io.flotilla.broker.rpc;

import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.model.call.CallContext;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.ListLogDirsRequest;
import io.flotilla.proto.v1.BrokerLogDirs;
import io.flotilla.proto.v1.DescribeLogDirsRequest;
import io.flotilla.proto.v1.DescribeLogDirsResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Asks brokers how their log directories are. Any thread. */
public final class LogDirQuery {
    private final PeerCalls peers;
    private final Supplier<MetadataImage> image;

    public LogDirQuery(GrpcChannels channels, Supplier<MetadataImage> image, Clock clock) {
        this.peers = new PeerCalls(channels, clock);
        this.image = image;
    }

    /** A broker that cannot be asked has the reason in its part of the answer. */
    CompletionStage<DescribeLogDirsResponse> describe(DescribeLogDirsRequest request, CallContext caller) {
        MetadataImage now = image.get();
        List<Integer> brokers = request.getBrokerIdsCount() > 0
                ? request.getBrokerIdsList().stream().distinct().sorted().toList()
                : now.brokers().all().stream().map(BrokerRegistration::brokerId).toList();
        ListLogDirsRequest question = ListLogDirsRequest.newBuilder()
                .setClusterId(now.clusterId())
                .addAllTopics(request.getTopicsList())
                .build();
        List<CompletableFuture<BrokerLogDirs>> answers = brokers.stream()
                .map(broker -> peers.ask(broker, now, peers.leftMs(caller), stub -> stub.listLogDirs(question))
                        .handle((found, failure) -> failure == null
                                ? BrokerLogDirs.newBuilder()
                                        .setBrokerId(broker)
                                        .addAllDirs(found.getDirsList())
                                        .build()
                                : BrokerLogDirs.newBuilder()
                                        .setBrokerId(broker)
                                        .setError(Errors.toMessage(StatusErrors.ofFailure(failure)))
                                        .build()))
                .toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> DescribeLogDirsResponse.newBuilder()
                        .addAllBrokers(
                                answers.stream().map(CompletableFuture::join).toList())
                        .build());
    }
}
