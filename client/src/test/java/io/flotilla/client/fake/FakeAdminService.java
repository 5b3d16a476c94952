package io.flotilla.client.fake;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.v1.AdminServiceGrpc;
import io.flotilla.proto.v1.AlterConfigsRequest;
import io.flotilla.proto.v1.AlterConfigsResponse;
import io.flotilla.proto.v1.AlterConfigsResult;
import io.flotilla.proto.v1.AlterPartitionReassignmentsRequest;
import io.flotilla.proto.v1.AlterPartitionReassignmentsResponse;
import io.flotilla.proto.v1.ConfigAlteration;
import io.flotilla.proto.v1.ConfigChange;
import io.flotilla.proto.v1.ConfigResource;
import io.flotilla.proto.v1.ConfigResourceType;
import io.flotilla.proto.v1.ConfigSource;
import io.flotilla.proto.v1.CreatePartitionsRequest;
import io.flotilla.proto.v1.CreatePartitionsResponse;
import io.flotilla.proto.v1.CreateTopicResult;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.CreateTopicsResponse;
import io.flotilla.proto.v1.DeleteTopicResult;
import io.flotilla.proto.v1.DeleteTopicsRequest;
import io.flotilla.proto.v1.DeleteTopicsResponse;
import io.flotilla.proto.v1.DescribeConfigsRequest;
import io.flotilla.proto.v1.DescribeConfigsResponse;
import io.flotilla.proto.v1.DescribeConfigsResult;
import io.flotilla.proto.v1.ElectLeadersRequest;
import io.flotilla.proto.v1.ElectLeadersResponse;
import io.flotilla.proto.v1.ElectionResult;
import io.flotilla.proto.v1.ListPartitionReassignmentsRequest;
import io.flotilla.proto.v1.ListPartitionReassignmentsResponse;
import io.flotilla.proto.v1.NewPartitions;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.PartitionReassignment;
import io.flotilla.proto.v1.PartitionReassignmentResult;
import io.flotilla.proto.v1.ReplicaDigest;
import io.flotilla.proto.v1.TopicPartitions;
import io.flotilla.proto.v1.TopicToDelete;
import io.flotilla.proto.v1.VerifyReplicasRequest;
import io.flotilla.proto.v1.VerifyReplicasResponse;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.TreeMap;

/** Administration of the fake cluster. A request id that was seen is answered as it was the first time. */
final class FakeAdminService extends AdminServiceGrpc.AdminServiceImplBase {
    private final FakeCluster cluster;
    private final int brokerId;

    FakeAdminService(FakeCluster cluster, int brokerId) {
        this.cluster = cluster;
        this.brokerId = brokerId;
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

    /** Lets the first broker lead at once. */
    @Override
    public void electLeaders(ElectLeadersRequest request, StreamObserver<ElectLeadersResponse> answers) {
        ElectLeadersResponse.Builder answer = ElectLeadersResponse.newBuilder();
        for (TopicPartitions topic : request.getTopicsList()) {
            for (int partition : topic.getPartitionsList()) {
                ElectionResult.Builder result = ElectionResult.newBuilder()
                        .setTopic(topic.getTopic())
                        .setPartition(partition)
                        .setLeader(1);
                if (cluster.leader(topic.getTopic(), partition) == 1) {
                    result.setError(Errors.toMessage(
                            FlotillaError.notApplied(ErrorCode.ELECTION_NOT_NEEDED, "broker 1 leads already")));
                } else {
                    cluster.moveLeader(topic.getTopic(), partition, 1);
                    result.setMoving(true);
                }
                answer.addResults(result);
            }
        }
        answers.onNext(answer.setRevision(cluster.revision()).build());
        answers.onCompleted();
    }

    @Override
    public void alterConfigs(AlterConfigsRequest request, StreamObserver<AlterConfigsResponse> answers) {
        synchronized (cluster) {
            AlterConfigsResponse.Builder answer = AlterConfigsResponse.newBuilder();
            for (ConfigAlteration alteration : request.getAlterationsList()) {
                AlterConfigsResult.Builder result = answer.addResultsBuilder().setResource(alteration.getResource());
                for (ConfigChange change : alteration.getChangesList()) {
                    if (change.getKey().startsWith("wrong")) {
                        result.setError(
                                Errors.toMessage(FlotillaError.notApplied(ErrorCode.INVALID_CONFIG, "no such key")));
                    } else if (!request.getValidateOnly()) {
                        Map<String, String> configs =
                                cluster.configs.computeIfAbsent(alteration.getResource(), any -> new TreeMap<>());
                        if (change.hasValue()) {
                            configs.put(change.getKey(), change.getValue());
                        } else {
                            configs.remove(change.getKey());
                        }
                    }
                }
            }
            answers.onNext(answer.setRevision(cluster.revision()).build());
            answers.onCompleted();
        }
    }

    /** A broker that is asked for the configs of another refuses, as a real one. */
    @Override
    public void describeConfigs(DescribeConfigsRequest request, StreamObserver<DescribeConfigsResponse> answers) {
        synchronized (cluster) {
            DescribeConfigsResponse.Builder answer = DescribeConfigsResponse.newBuilder();
            for (ConfigResource resource : request.getResourcesList()) {
                DescribeConfigsResult.Builder result =
                        answer.addResultsBuilder().setResource(resource);
                boolean ofBroker = resource.getType() == ConfigResourceType.CONFIG_RESOURCE_TYPE_BROKER;
                if (ofBroker && !resource.getName().equals(Integer.toString(brokerId))) {
                    result.setError(Errors.toMessage(
                            FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, "this is broker " + brokerId)));
                }
                cluster.configs
                        .getOrDefault(resource, Map.of())
                        .forEach((key, value) -> result.addEntriesBuilder()
                                .setKey(key)
                                .setValue(value)
                                .setSource(
                                        ofBroker
                                                ? ConfigSource.CONFIG_SOURCE_DYNAMIC_BROKER
                                                : ConfigSource.CONFIG_SOURCE_DYNAMIC_TOPIC));
            }
            answers.onNext(answer.build());
            answers.onCompleted();
        }
    }

    @Override
    public void createPartitions(CreatePartitionsRequest request, StreamObserver<CreatePartitionsResponse> answers) {
        CreatePartitionsResponse.Builder answer = CreatePartitionsResponse.newBuilder();
        for (NewPartitions topic : request.getTopicsList()) {
            cluster.grow(topic.getTopic(), topic.getCount());
            answer.addResultsBuilder().setTopic(topic.getTopic());
        }
        answers.onNext(answer.setRevision(cluster.revision()).build());
        answers.onCompleted();
    }

    @Override
    public void alterPartitionReassignments(
            AlterPartitionReassignmentsRequest request, StreamObserver<AlterPartitionReassignmentsResponse> answers) {
        synchronized (cluster) {
            AlterPartitionReassignmentsResponse.Builder answer = AlterPartitionReassignmentsResponse.newBuilder();
            for (PartitionReassignment wish : request.getReassignmentsList()) {
                PartitionReassignmentResult.Builder result =
                        answer.addResultsBuilder().setTopic(wish.getTopic()).setPartition(wish.getPartition());
                boolean known = cluster.moves.removeIf(
                        move -> move.getTopic().equals(wish.getTopic()) && move.getPartition() == wish.getPartition());
                if (wish.getTargetCount() > 0) {
                    cluster.moves.add(wish);
                } else if (!known) {
                    result.setError(Errors.toMessage(
                            FlotillaError.notApplied(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS, "nothing is being moved")));
                }
            }
            answers.onNext(answer.setRevision(cluster.revision()).build());
            answers.onCompleted();
        }
    }

    @Override
    public void listPartitionReassignments(
            ListPartitionReassignmentsRequest request, StreamObserver<ListPartitionReassignmentsResponse> answers) {
        synchronized (cluster) {
            ListPartitionReassignmentsResponse.Builder answer = ListPartitionReassignmentsResponse.newBuilder();
            cluster.moves.forEach(move -> answer.addReassignmentsBuilder()
                    .setTopic(move.getTopic())
                    .setPartition(move.getPartition())
                    .addAllTarget(move.getTargetList())
                    .addAllAdding(move.getTargetList()));
            answers.onNext(answer.build());
            answers.onCompleted();
        }
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
