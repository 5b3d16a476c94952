package io.flotilla.client.fake;

import io.flotilla.client.fake.FakeGroup.Place;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.CommitOffsetResult;
import io.flotilla.proto.v1.CommitOffsetsRequest;
import io.flotilla.proto.v1.CommitOffsetsResponse;
import io.flotilla.proto.v1.CommittedOffset;
import io.flotilla.proto.v1.FetchOffsetsRequest;
import io.flotilla.proto.v1.FetchOffsetsResponse;
import io.flotilla.proto.v1.FindCoordinatorsRequest;
import io.flotilla.proto.v1.FindCoordinatorsResponse;
import io.flotilla.proto.v1.GroupCoordinator;
import io.flotilla.proto.v1.GroupPartitions;
import io.flotilla.proto.v1.GroupsServiceGrpc;
import io.flotilla.proto.v1.JoinRequest;
import io.flotilla.proto.v1.JoinResponse;
import io.flotilla.proto.v1.OffsetToCommit;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** Groups of the fake cluster, as one of its brokers serves them. */
final class FakeGroupsService extends GroupsServiceGrpc.GroupsServiceImplBase {
    private final FakeCluster cluster;
    private final int broker;

    FakeGroupsService(FakeCluster cluster, int broker) {
        this.cluster = cluster;
        this.broker = broker;
    }

    @Override
    public void findCoordinators(FindCoordinatorsRequest request, StreamObserver<FindCoordinatorsResponse> answers) {
        synchronized (cluster) {
            FindCoordinatorsResponse.Builder answer = FindCoordinatorsResponse.newBuilder();
            request.getGroupsList()
                    .forEach(group -> answer.addCoordinators(GroupCoordinator.newBuilder()
                            .setGroup(group)
                            .setBrokerId(cluster.coordinator)
                            .setEndpoint(cluster.endpoint(cluster.coordinator))));
            answers.onNext(answer.build());
            answers.onCompleted();
        }
    }

    private boolean refuses(StreamObserver<?> answers) {
        if (cluster.coordinator == broker) {
            return false;
        }
        answers.onError(StatusErrors.toStatus(notCoordinator()));
        return true;
    }

    private FlotillaError notCoordinator() {
        return FlotillaError.notApplied(ErrorCode.NOT_COORDINATOR, "another broker coordinates")
                .withLeader(new LeaderHint(cluster.coordinator, cluster.endpoint(cluster.coordinator), 1));
    }

    @Override
    public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> answers) {
        MemberStream stream = new MemberStream(answers);
        ((ServerCallStreamObserver<JoinResponse>) answers).setOnCancelHandler(stream::onCompleted);
        return stream;
    }

    /** One member's stream. */
    private final class MemberStream implements StreamObserver<JoinRequest> {
        private final StreamObserver<JoinResponse> answers;
        private String group = "";
        private String member = "";

        MemberStream(StreamObserver<JoinResponse> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(JoinRequest request) {
            synchronized (cluster) {
                if (cluster.coordinator != broker) {
                    answers.onNext(JoinResponse.newBuilder()
                            .setError(Errors.toMessage(notCoordinator()))
                            .build());
                    answers.onCompleted();
                } else if (request.hasHello()) {
                    group = request.getHello().getGroup();
                    member = request.getHello().getMemberId();
                    cluster.group(group).hello(request.getHello(), answers);
                } else if (request.hasHeartbeat()) {
                    cluster.group(group).heartbeat(member, request.getHeartbeat(), answers);
                } else {
                    cluster.group(group).leave(member);
                    answers.onCompleted();
                }
            }
        }

        @Override
        public void onError(Throwable failure) {
            onCompleted();
        }

        @Override
        public void onCompleted() {
            synchronized (cluster) {
                cluster.group(group).streamEnded(member, answers);
            }
        }
    }

    @Override
    public void commitOffsets(CommitOffsetsRequest request, StreamObserver<CommitOffsetsResponse> answers) {
        synchronized (cluster) {
            if (cluster.muteCommits) {
                cluster.mutedCommits++;
                return;
            }
            if (refuses(answers)) {
                return;
            }
            FlotillaError refusal = cluster.group(request.getGroup())
                    .commit(request.getMemberId(), request.getMemberEpoch(), request.getOffsetsList());
            if (refusal != null) {
                answers.onError(StatusErrors.toStatus(refusal));
                return;
            }
            CommitOffsetsResponse.Builder answer = CommitOffsetsResponse.newBuilder();
            for (OffsetToCommit offset : request.getOffsetsList()) {
                answer.addResults(CommitOffsetResult.newBuilder()
                        .setTopic(offset.getTopic())
                        .setPartition(offset.getPartition()));
            }
            answers.onNext(answer.build());
            answers.onCompleted();
        }
    }

    @Override
    public void fetchOffsets(FetchOffsetsRequest request, StreamObserver<FetchOffsetsResponse> answers) {
        synchronized (cluster) {
            if (refuses(answers)) {
                return;
            }
            FetchOffsetsResponse.Builder answer = FetchOffsetsResponse.newBuilder();
            for (GroupPartitions topic : request.getPartitionsList()) {
                List<Integer> numbers = topic.getPartitionsList();
                for (int number : numbers) {
                    OffsetToCommit committed = cluster.group(request.getGroup())
                            .committed(new Place(topic.getTopic().getName(), number));
                    if (committed != null) {
                        CommittedOffset.Builder offset = CommittedOffset.newBuilder()
                                .setTopic(topic.getTopic())
                                .setPartition(number)
                                .setOffset(committed.getOffset())
                                .setMetadata(committed.getMetadata());
                        if (committed.hasLeaderEpoch()) {
                            offset.setLeaderEpoch(committed.getLeaderEpoch());
                        }
                        answer.addOffsets(offset);
                    }
                }
            }
            answers.onNext(answer.build());
            answers.onCompleted();
        }
    }
}
