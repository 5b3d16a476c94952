package io.flotilla.client.fake;

import io.flotilla.proto.v1.DescribeQuorumRequest;
import io.flotilla.proto.v1.DescribeQuorumResponse;
import io.flotilla.proto.v1.MetadataServiceDescribeRequest;
import io.flotilla.proto.v1.MetadataServiceDescribeResponse;
import io.flotilla.proto.v1.MetadataServiceGrpc;
import io.flotilla.proto.v1.QuorumNode;
import io.flotilla.proto.v1.TopicRef;
import io.flotilla.proto.v1.WatchRequest;
import io.flotilla.proto.v1.WatchResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/** Metadata of the fake cluster: snapshots, then whatever changes. */
final class FakeMetadataService extends MetadataServiceGrpc.MetadataServiceImplBase {
    private final FakeCluster cluster;

    FakeMetadataService(FakeCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void describe(
            MetadataServiceDescribeRequest request, StreamObserver<MetadataServiceDescribeResponse> answers) {
        synchronized (cluster) {
            MetadataServiceDescribeResponse.Builder answer = MetadataServiceDescribeResponse.newBuilder()
                    .setClusterId("fake")
                    .setRevision(cluster.revision())
                    .setControllerId(1)
                    .addAllBrokers(cluster.brokerMessages());
            if (request.getTopicsCount() == 0) {
                cluster.topics.values().forEach(topic -> answer.addTopics(cluster.message(topic)));
            }
            for (TopicRef ref : request.getTopicsList()) {
                FakeCluster.FakeTopic topic = cluster.find(ref);
                if (topic == null) {
                    answer.addUnknownTopics(ref);
                } else {
                    answer.addTopics(cluster.message(topic));
                }
            }
            answers.onNext(answer.build());
            answers.onCompleted();
        }
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> answers) {
        synchronized (cluster) {
            List<String> wanted = request.getTopicsList();
            WatchResponse.Builder snapshot = WatchResponse.newBuilder()
                    .setHistoryId("history")
                    .setRevision(cluster.revision())
                    .setClusterId("fake")
                    .setControllerId(1)
                    .setSnapshot(true)
                    .setLast(true)
                    .addAllBrokers(cluster.brokerMessages());
            cluster.topics.values().stream()
                    .filter(topic -> wanted.isEmpty() || wanted.contains(topic.name()))
                    .forEach(topic -> snapshot.addTopics(cluster.message(topic)));
            answers.onNext(snapshot.build());
            Consumer<WatchResponse> watcher = message -> forward(message, wanted, answers);
            cluster.watch(watcher);
            ((ServerCallStreamObserver<WatchResponse>) answers).setOnCancelHandler(() -> {
                synchronized (cluster) {
                    cluster.unwatch(watcher);
                }
            });
        }
    }

    private static void forward(WatchResponse message, List<String> wanted, StreamObserver<WatchResponse> answers) {
        boolean followed = wanted.isEmpty()
                || message.getTopicsCount() == 0
                || message.getTopicsList().stream().anyMatch(topic -> wanted.contains(topic.getName()));
        if (followed && !((ServerCallStreamObserver<WatchResponse>) answers).isCancelled()) {
            answers.onNext(message);
        }
    }

    @Override
    public void describeQuorum(DescribeQuorumRequest request, StreamObserver<DescribeQuorumResponse> answers) {
        answers.onNext(DescribeQuorumResponse.newBuilder()
                .setClusterId("fake")
                .setLeaderId(1)
                .setLeaderEpoch(3)
                .setHighWatermark(42)
                .addVoters(QuorumNode.newBuilder()
                        .setNodeId(1)
                        .setEndpoint("127.0.0.1:9094")
                        .setLogEndIndex(42))
                .setMetadataRevision(cluster.revision())
                .build());
        answers.onCompleted();
    }
}
