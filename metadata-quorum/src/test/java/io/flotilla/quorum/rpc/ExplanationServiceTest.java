package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.CallContext;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.ExplanationServiceExplainPartitionRequest;
import io.flotilla.proto.internal.v1.ExplanationServiceExplainPartitionResponse;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.ExplainPartitionRequest;
import io.flotilla.proto.v1.ExplainPartitionResponse;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.PartitionDecision;
import io.flotilla.proto.v1.ReplicaAssignment;
import io.flotilla.quorum.feed.DecisionLog;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The active controller says why a partition is as it is. */
class ExplanationServiceTest {
    private final DecisionLog decisions = new DecisionLog();
    private ControllerNode controller;
    private boolean leads = true;

    @BeforeEach
    void elected() throws IOException {
        controller = new ControllerNode();
        controller.metadata.follow(decisions);
        controller.elected();
        TestBroker.serving(controller, 1);
        TestBroker.serving(controller, 2);
        controller
                .calls()
                .createTopics(ControllerServiceCreateTopicsRequest.newBuilder()
                        .setContext(CallContext.newBuilder().setPrincipal("ann"))
                        .setRequest(CreateTopicsRequest.newBuilder()
                                .addTopics(NewTopic.newBuilder()
                                        .setName("orders")
                                        .addAssignments(
                                                ReplicaAssignment.newBuilder().addAllBrokerIds(List.of(1, 2)))))
                        .build());
    }

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void aHealthyPartitionIsLedByItsPreferredLeaderSinceItsCreation() {
        ExplainPartitionResponse explanation = explain("orders", 0);

        assertThat(explanation.getFindingsList())
                .singleElement()
                .asString()
                .contains("Broker 1 leads in epoch 0", "because 'ann' created the topic", "the preferred leader");
        assertThat(explanation.getComplete()).isTrue();
        assertThat(explanation.getPartition().getLeader()).isEqualTo(1);
    }

    @Test
    void aDeathExplainsTheNextLeaderAndTheMissingReplica() {
        controller.after(4_000);
        List<String> findings = explain("orders", 0).getFindingsList();

        assertThat(findings).anySatisfy(finding -> assertThat(finding).contains("because broker 1 was fenced"));
        assertThat(findings)
                .anySatisfy(
                        finding -> assertThat(finding).startsWith("Broker 1 is missing from the ISR since revision"));
        assertThat(explain("orders", 0).getDecisionsList())
                .extracting(PartitionDecision::getCause)
                .first()
                .asString()
                .contains("created the topic");
    }

    @Test
    void anUnknownPartitionAndAnotherNodeAreRefused() {
        assertThat(refusal("orders", 7).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(refusal("nowhere", 0).code()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        leads = false;
        assertThat(refusal("orders", 0).code()).isEqualTo(ErrorCode.NOT_CONTROLLER);
    }

    private ExplainPartitionResponse explain(String topic, int partition) {
        Answer answer = ask(topic, partition);
        assertThat(answer.failures).isEmpty();
        return answer.responses.get(0).getResponse();
    }

    private FlotillaError refusal(String topic, int partition) {
        return StatusErrors.ofFailure(ask(topic, partition).failures.get(0));
    }

    private Answer ask(String topic, int partition) {
        Answer answer = new Answer();
        ControllerHints hints = new ControllerHints(Map.of(), controller.metadata::image, OptionalInt::empty);
        new ExplanationService(decisions, () -> leads, hints)
                .explainPartition(
                        ExplanationServiceExplainPartitionRequest.newBuilder()
                                .setRequest(ExplainPartitionRequest.newBuilder()
                                        .setTopic(topic)
                                        .setPartition(partition))
                                .build(),
                        answer);
        return answer;
    }

    private static final class Answer implements StreamObserver<ExplanationServiceExplainPartitionResponse> {
        private final List<ExplanationServiceExplainPartitionResponse> responses = new ArrayList<>();
        private final List<Throwable> failures = new ArrayList<>();

        @Override
        public void onNext(ExplanationServiceExplainPartitionResponse response) {
            responses.add(response);
        }

        @Override
        public void onError(Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void onCompleted() {
            assertThat(responses).hasSize(1);
        }
    }
}
