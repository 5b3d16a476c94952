package io.flotilla.client.fake;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteTopicResult;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.ReplicaDigest;
import io.flotilla.proto.v1.TopicToDelete;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import io.grpc.stub.StreamObserver;

/** Administration of the fake cluster. A request id that was seen is answered as it was the first time. */
final class FakeAdminService extends AdminServiceGrpc.AdminServiceImplBase {
    private final FakeCluster cluster;

    FakeAdminService(FakeCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void createTopics(CreateTopicsRequest request, StreamObserver<CreateTopicsResponse> answers) {
        synchronized (cluster) {
            CreateTopicsResponse known = cluster.createdBefore.get(request.getRequestId());
            CreateTopicsResponse answer = known == null ? create(request) : known;
            cluster.createdBefore.put(request.getRequestId(), answer);
            if (cluster.adminFailures > 0) {
                cluster.adminFailures--;
                answers.onError(StatusErrors.toStatus(
                        FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, "the answer was lost on request")));
                return;
            }
            answers.onNext(answer);
            answers.onCompleted();
        }
    }

    private CreateTopicsResponse create(CreateTopicsRequest request) {
        CreateTopicsResponse.Builder answer = CreateTopicsResponse.newBuilder();
        for (NewTopic topic : request.getTopicsList()) {
            CreateTopicResult.Builder result = CreateTopicResult.newBuilder().setName(topic.getName());
            if (cluster.topics.containsKey(topic.getName())) {
                result.setError(Errors.toMessage(FlotillaError.notApplied(
                        ErrorCode.TOPIC_ALREADY_EXISTS, "topic " + topic.getName() + " exists")));
            } else if (!request.getValidateOnly()) {
                cluster.topic(topic.getName(), Math.max(1, topic.getPartitions()), topic.getConfigsMap());
                FakeCluster.FakeTopic created = cluster.topics.get(topic.getName());
                if (created != null) {
                    result.setTopic(cluster.message(created));
                }
            }
            answer.addResults(result);
        }
        return answer.setRevision(cluster.revision()).build();
    }

    @Override
    public void deleteTopics(DeleteTopicsRequest request, StreamObserver<DeleteTopicsResponse> answers) {
        synchronized (cluster) {
            DeleteTopicsResponse.Builder answer = DeleteTopicsResponse.newBuilder();
            for (TopicToDelete topic : request.getTopicsList()) {
                DeleteTopicResult.Builder result =
                        DeleteTopicResult.newBuilder().setName(topic.getName());
                FakeCluster.FakeTopic found = cluster.topics.get(topic.getName());
                if (found == null) {
                    result.setError(Errors.toMessage(FlotillaError.notApplied(
                            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "topic " + topic.getName() + " does not exist")));
                } else {
                    result.setId(Ids.bytes(found.id()));
                    cluster.deleteTopic(topic.getName());
                }
                answer.addResults(result);
            }
            answers.onNext(answer.setRevision(cluster.revision()).build());
            answers.onCompleted();
        }
    }

    @Override
    public void verifyReplicas(VerifyReplicasRequest request, StreamObserver<VerifyReplicasResponse> answers) {
        answers.onNext(VerifyReplicasResponse.newBuilder()
                .addDigests(digest(1, "same"))
                .addDigests(digest(2, "same"))
                .addDigests(digest(3, "other"))
                .build());
        answers.onCompleted();
    }

    private static ReplicaDigest digest(int broker, String content) {
        return ReplicaDigest.newBuilder()
                .setPartition(0)
                .setBrokerId(broker)
                .setEndOffset(10)
                .setBatches(1)
                .setBytes(100)
                .setSha256(ByteString.copyFromUtf8(content))
                .build();
    }
}
