package io.flotilla.broker.registration;

import static io.flotilla.broker.metadata.Cluster.ORDERS;
import static io.flotilla.broker.metadata.Cluster.ORDERS_0;
import static io.flotilla.broker.metadata.Cluster.node;
import static io.flotilla.broker.metadata.Cluster.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flotilla.broker.isr.IsrMember;
import io.flotilla.broker.isr.IsrProposal;
import io.flotilla.broker.metadata.GrpcChannels;
import io.flotilla.broker.metadata.LocalLogs.DirectoryMark;
import io.flotilla.broker.registration.ControllerClient.Heartbeat;
import io.flotilla.broker.registration.ControllerClient.HeartbeatAnswer;
import io.flotilla.broker.registration.ControllerClient.HeartbeatSink;
import io.flotilla.broker.registration.ControllerClient.HeartbeatStream;
import io.flotilla.broker.registration.ControllerClient.Registered;
import io.flotilla.broker.registration.ControllerClient.Registration;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.LeaderHint;
import io.flotilla.model.error.Outcome;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.AllocateProducerIdsResponse;
import io.flotilla.proto.internal.v1.AlterPartitionRequest;
import io.flotilla.proto.internal.v1.AlterPartitionResponse;
import io.flotilla.proto.internal.v1.ControllerServiceGrpc;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;
import io.flotilla.proto.internal.v1.LogDirReport;
import io.flotilla.proto.internal.v1.PartitionProposal;
import io.flotilla.proto.internal.v1.PartitionProposalResult;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.RegisterBrokerResponse;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcControllerClientTest {
    private static final long WAIT_S_MAX = 10;
    private static final FlotillaError STALE =
            FlotillaError.notApplied(ErrorCode.STALE_BROKER_EPOCH, "broker 1 has epoch 9");

    private final BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private volatile StreamObserver<HeartbeatResponse> heartbeatAnswers;
    private volatile FlotillaError producerIdError = STALE;
    private final FakeQuorum quorum = new FakeQuorum(3, new Script());
    private final GrpcChannels channels = quorum.channels();
    private final ActiveController active = new ActiveController(quorum.endpoints());
    private final GrpcControllerClient client = new GrpcControllerClient(channels, active, 1, 10_000);

    /** Answers well, and keeps what it was asked. */
    private final class Script extends ControllerServiceGrpc.ControllerServiceImplBase {
        @Override
        public void registerBroker(RegisterBrokerRequest request, StreamObserver<RegisterBrokerResponse> response) {
            answer(
                    request,
                    response,
                    RegisterBrokerResponse.newBuilder()
                            .setBrokerEpoch(4)
                            .setRevision(5)
                            .build());
        }

        @Override
        public void alterPartition(AlterPartitionRequest request, StreamObserver<AlterPartitionResponse> response) {
            answer(
                    request,
                    response,
                    AlterPartitionResponse.newBuilder()
                            .addResults(PartitionProposalResult.newBuilder().setPartitionEpoch(8))
                            .addResults(PartitionProposalResult.newBuilder().setError(Errors.toMessage(STALE)))
                            .build());
        }

        @Override
        public void allocateProducerIds(
                AllocateProducerIdsRequest request, StreamObserver<AllocateProducerIdsResponse> response) {
            answer(
                    request,
                    response,
                    AllocateProducerIdsResponse.newBuilder()
                            .setError(Errors.toMessage(producerIdError))
                            .build());
        }

        @Override
        public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> responses) {
            heartbeatAnswers = responses;
            return new StreamObserver<>() {
                @Override
                public void onNext(HeartbeatRequest request) {
                    asked.add(request);
                }

                @Override
                public void onError(Throwable failure) {
                    asked.add("cancelled");
                }

                @Override
                public void onCompleted() {
                    asked.add("completed");
                }
            };
        }

        private <P> void answer(Object request, StreamObserver<P> response, P answer) {
            asked.add(request);
            response.onNext(answer);
            response.onCompleted();
        }
    }

    @AfterEach
    void close() {
        channels.close();
        quorum.close();
    }

    @Test
    void theRegistrationSaysAllThatTheControllerMustKnow() throws Exception {
        DirectoryId directory = new DirectoryId(new UUID(3, 3));
        Registration registration = new Registration(
                "c1",
                1,
                run(4),
                3,
                true,
                Optional.of("rack-a"),
                Map.of(BrokerRegistration.INTERNAL_LISTENER, node(1)),
                FeatureRange.CURRENT,
                List.of(new DirectoryMark(directory, List.of(run(3), run(4)))));

        assertThat(result(client.register(registration))).isEqualTo(new Registered(4, 5));
        assertThat(asked.take())
                .isEqualTo(RegisterBrokerRequest.newBuilder()
                        .setClusterId("c1")
                        .setBrokerId(1)
                        .setIncarnation(Ids.bytes(run(4)))
                        .setPreviousBrokerEpoch(3)
                        .setCleanStart(true)
                        .setRack("rack-a")
                        .putListeners("INTERNAL", "node1:9093")
                        .setFeatureLevelMin(1)
                        .setFeatureLevelMax(FeatureRange.CURRENT.max())
                        .addLogDirs(LogDirReport.newBuilder()
                                .setDirectoryId(Ids.bytes(directory))
                                .addIncarnations(Ids.bytes(run(3)))
                                .addIncarnations(Ids.bytes(run(4))))
                        .build());
    }

    @Test
    void proposalsAreAnsweredOneByOne() throws Exception {
        List<Optional<FlotillaError>> verdicts = result(client.propose(
                4,
                List.of(
                        new Proposal(ORDERS_0, new IsrProposal(2, 7, List.of(new IsrMember(1, 4)), true)),
                        new Proposal(ORDERS_0, new IsrProposal(2, 7, List.of(), false)))));

        assertThat(verdicts).containsExactly(Optional.empty(), Optional.of(STALE));
        assertThat(((AlterPartitionRequest) asked.take()).getProposals(0))
                .isEqualTo(PartitionProposal.newBuilder()
                        .setTopicId(Ids.bytes(ORDERS))
                        .setLeaderEpoch(2)
                        .setPartitionEpoch(7)
                        .setResign(true)
                        .addIsr(io.flotilla.proto.internal.v1.IsrMember.newBuilder()
                                .setBrokerId(1)
                                .setBrokerEpoch(4))
                        .build());
    }

    @Test
    void anErrorInTheAnswerFailsTheCall() {
        assertThat(failure(client.allocateProducerIds(3))).isEqualTo(STALE);
        assertThat(active.endpoint()).isEqualTo(node(1));
    }

    @Test
    void aHintThatNamesNoEndpointDoesNotKeepTheCallerWaiting() {
        producerIdError = FlotillaError.notApplied(ErrorCode.NOT_CONTROLLER, "ask another")
                .withLeader(new LeaderHint(2, "nowhere", 0));

        assertThat(failure(client.allocateProducerIds(3))).isEqualTo(producerIdError);
        assertThat(active.endpoint()).as("the next in turn").isEqualTo(node(2));
    }

    @Test
    void anAnswerThatCannotBeTakenFailsTheCall() {
        CompletionStage<Object> call = client.attempt(
                10_000,
                stub -> stub.alterPartition(AlterPartitionRequest.getDefaultInstance()),
                answer -> Optional.empty(),
                answer -> {
                    throw new IllegalStateException("not to be read");
                });

        assertThat(failure(call).message()).contains("node1:9093", "not to be read");
        assertThat(failure(call).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aChannelThatCannotBeOpenedFailsTheCallAndTheNextGoesElsewhere() {
        GrpcChannels none = new GrpcChannels(endpoint -> {
            throw new IllegalArgumentException("no transport");
        });

        FlotillaError error = failure(new GrpcControllerClient(none, active, 1, 10_000).propose(4, List.of()));

        assertThat(error.message()).contains("node1:9093", "no transport");
        assertThat(active.endpoint()).isEqualTo(node(2));
    }

    @Test
    void theWrongNodesHintLeadsToTheActiveOne() throws Exception {
        quorum.activate(3);

        FlotillaError refusal = failure(client.propose(4, List.of()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(refusal.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(active.endpoint()).isEqualTo(node(3));
        assertThat(result(client.propose(4, List.of()))).hasSize(2);
    }

    @Test
    void withoutHintsEveryNodeIsTriedInTurn() throws Exception {
        quorum.activate(3);
        quorum.withoutHints();

        failure(client.propose(4, List.of()));
        assertThat(active.endpoint()).isEqualTo(node(2));
        failure(client.propose(4, List.of()));

        assertThat(result(client.propose(4, List.of()))).hasSize(2);
    }

    @Test
    void aDeadNodeIsLeftAtItsFirstRefusedConnection() throws Exception {
        quorum.kill(1);
        quorum.activate(2);

        FlotillaError refusal = failure(client.propose(4, List.of()));

        assertThat(refusal.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(result(client.propose(4, List.of()))).hasSize(2);
    }

    @Test
    void heartbeatsGoOutAndAnswersComeBack() throws Exception {
        HeartbeatStream stream = client.openHeartbeats(sink());
        stream.send(
                new Heartbeat(4, 17, true, false, List.of(ORDERS_0), List.of(new DirectoryId(new UUID(3, 3))), true));

        HeartbeatRequest request = (HeartbeatRequest) asked.poll(WAIT_S_MAX, TimeUnit.SECONDS);
        assertThat(request.getAppliedRevision()).isEqualTo(17);
        assertThat(request.getWantUnfenced()).isTrue();
        assertThat(request.getRecoveryReported()).isTrue();
        assertThat(request.getLostReplicas(0).getTopicId()).isEqualTo(Ids.bytes(ORDERS));
        assertThat(request.getFailedLogDirs(0)).isEqualTo(Ids.bytes(new DirectoryId(new UUID(3, 3))));

        heartbeatAnswers.onNext(
                HeartbeatResponse.newBuilder().setRevision(18).setLeaderships(2).build());
        assertThat(heard.poll(WAIT_S_MAX, TimeUnit.SECONDS))
                .isEqualTo(new HeartbeatAnswer(false, false, 18, 2, Optional.empty()));
        assertThat(stream.controller()).isEqualTo(node(1));
    }

    @Test
    void anAbandonedStreamIsCancelledAndTheNextOneGoesElsewhere() throws Exception {
        HeartbeatStream stream = client.openHeartbeats(sink());

        stream.abandon();

        assertThat(asked.poll(WAIT_S_MAX, TimeUnit.SECONDS)).isEqualTo("cancelled");
        assertThat(client.openHeartbeats(sink()).controller()).isEqualTo(node(2));
    }

    @Test
    void aStreamToTheWrongNodeEndsWithItsHint() throws Exception {
        quorum.activate(3);

        client.openHeartbeats(sink());

        assertThat(((FlotillaError) heard.poll(WAIT_S_MAX, TimeUnit.SECONDS)).code())
                .isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(client.openHeartbeats(sink()).controller()).isEqualTo(node(3));
    }

    @Test
    void afterTheChannelsCloseACallFailsAndThrowsNothing() {
        channels.close();

        assertThat(failure(client.allocateProducerIds(4)).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aQuorumOfOneIsAskedAgainAndAgain() {
        ActiveController alone = new ActiveController(List.of(node(1)));

        alone.isNotAt(node(1));

        assertThat(alone.endpoint()).isEqualTo(node(1));
        assertThatThrownBy(() -> new ActiveController(List.of())).hasMessageContaining("at least one node");
    }

    private HeartbeatSink sink() {
        return new HeartbeatSink() {
            @Override
            public void onAnswer(HeartbeatAnswer answer) {
                heard.add(answer);
            }

            @Override
            public void onClosed(FlotillaError reason) {
                heard.add(reason);
            }
        };
    }

    private static <T> T result(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(WAIT_S_MAX, TimeUnit.SECONDS);
    }

    private static FlotillaError failure(CompletionStage<?> stage) {
        return stage.toCompletableFuture()
                .orTimeout(WAIT_S_MAX, TimeUnit.SECONDS)
                .handle((result, failure) -> CallFailure.error(failure))
                .join();
    }
}
