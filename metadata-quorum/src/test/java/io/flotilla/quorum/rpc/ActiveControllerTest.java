package io.flotilla.quorum.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.Command.CommandCase;
import io.flotilla.proto.internal.v1.ControllerServiceCreateTopicsRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;
import io.flotilla.proto.internal.v1.LostReplica;
import io.flotilla.proto.v1.CreateTopicsRequest;
import io.flotilla.proto.v1.NewTopic;
import io.flotilla.proto.v1.ReplicaAssignment;
import io.flotilla.quorum.liveness.ProbeAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ActiveControllerTest {
    private ControllerNode controller;

    @BeforeEach
    void elected() throws IOException {
        controller = new ControllerNode().elected();
    }

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void theFirstControllerGivesTheClusterItsIdentity() {
        assertThat(controller.image().clusterId()).isEqualTo("c1");
        assertThat(controller.image().historyId()).isNotEmpty();
        controller.deposed();
        controller.elected();

        assertThat(controller.submitted).hasSize(1);
    }

    @Test
    void aBrokerServesOnceItHasAppliedItsRegistrationAndReportedItsRecovery() {
        TestBroker broker = new TestBroker(controller, 1, 1).register().connect();

        assertThat(broker.send(broker.state().setAppliedRevision(broker.epoch() - 1))
                        .getFenced())
                .isTrue();
        assertThat(broker.send(broker.state().setRecoveryReported(false)).getFenced())
                .isTrue();
        assertThat(broker.send(broker.state().setWantUnfenced(false)).getFenced())
                .isTrue();
        assertThat(controller.broker(1).fenced()).isTrue();

        broker.beat();

        assertThat(controller.broker(1).fenced()).isFalse();
        assertThat(broker.lastAnswer().getFenced()).as("told at once").isFalse();
        assertThat(broker.lastAnswer().getRevision())
                .isEqualTo(controller.image().revision());
    }

    @Test
    void aKilledBrokerIsFencedWithinAFewProbes() {
        serving(3);
        TestBroker victim = new TestBroker(controller, 4, 1).register().connect();
        victim.beat();
        TopicId topic = topic("orders", 4, 1, 2);
        controller.probes.put(4, ProbeAnswer.REFUSED);

        victim.die();
        controller.after(60);

        assertThat(controller.probed).containsExactly(4, 4);
        assertThat(controller.broker(4).fenced()).isTrue();
        assertThat(partition(topic).leader()).isEqualTo(1);
        assertThat(partition(topic).isr()).containsExactly(1, 2);
    }

    @Test
    void aBrokerThatAnswersTheProbeOnlyLostItsStream() {
        List<TestBroker> brokers = serving(3);
        controller.probes.put(3, ProbeAnswer.ALIVE);

        brokers.get(2).die();
        controller.after(500);
        brokers.get(2).connect().beat();
        beatFor(brokers, 5000);

        assertThat(controller.probed).containsExactly(3, 3, 3);
        assertThat(controller.broker(3).eligible()).isTrue();
    }

    @Test
    void aSilentBrokerCostsItsSessionAndComesBackWithItsNextHeartbeat() {
        List<TestBroker> brokers = serving(3);
        List<TestBroker> others = brokers.subList(0, 2);
        beatFor(others, 2900);
        assertThat(controller.broker(3).fenced()).isFalse();

        beatFor(others, 200);
        assertThat(controller.broker(3).fenced()).isTrue();
        assertThat(brokers.get(2).lastAnswer().getFenced()).as("told unasked").isTrue();
        assertThat(controller.probed).isEmpty();

        brokers.get(2).beat();
        assertThat(controller.broker(3).fenced()).isFalse();
    }

    @Test
    void whileTheControllerItselfStandsStillNobodyIsFenced() {
        List<TestBroker> brokers = serving(3);

        controller.standsStill(60_000);
        controller.after(1000);
        brokers.forEach(TestBroker::beat);

        assertThat(controller.image().brokers().eligible()).hasSize(3);
        controller.after(4000);
        assertThat(controller.image().brokers().eligible()).isEmpty();
    }

    @Test
    void aControllerThatLagsBehindTheRegistrationDoesNotEndTheRun() {
        TestBroker broker = TestBroker.serving(controller, 1);

        HeartbeatResponse answer = broker.send(broker.state().setBrokerEpoch(1000));

        assertThat(answer.getError().getReason()).isEqualTo(ErrorCode.NOT_CONTROLLER.name());
        assertThat(broker.ended()).isTrue();
    }

    @Test
    void aNewControllerFencesTheDeadByProbeAndWaitsForTheRest() {
        List<TestBroker> brokers = serving(3);
        controller.probes.put(3, ProbeAnswer.REFUSED);
        controller.deposed();
        assertThat(brokers).allMatch(TestBroker::ended);

        controller.elected();
        brokers.get(0).connect().beat();
        controller.after(90);
        assertThat(controller.probed).isEmpty();
        controller.after(100);

        assertThat(controller.broker(3).fenced()).isTrue();
        assertThat(controller.broker(2).fenced()).as("only silent").isFalse();
        beatFor(brokers.subList(0, 1), 3000);
        assertThat(controller.broker(2).fenced()).isTrue();
    }

    @Test
    void whatTheTermDecidedIsMarkedWithIt() {
        serving(1);

        assertThat(controller.submitted)
                .filteredOn(command -> command.getCommandCase() == CommandCase.UNFENCE_BROKER)
                .singleElement()
                .satisfies(command -> assertThat(command.getTerm()).isEqualTo(1));
    }

    @Test
    void aShutDownIsGrantedWhenTheLeadershipsHaveMovedAndTheOthersKnow() {
        List<TestBroker> brokers = serving(3);
        TopicId topic = topic("orders", 1, 2, 3);
        TestBroker leaver = brokers.get(0);
        long before = controller.image().revision();
        brokers.forEach(TestBroker::beat);

        leaver.send(leaver.state().setWantShutdown(true));

        assertThat(partition(topic).leader()).isEqualTo(2);
        assertThat(partition(topic).isr()).containsExactly(2, 3);
        assertThat(leaver.lastAnswer().getMayShutDown()).isFalse();
        brokers.get(1).beat();
        brokers.get(2).send(brokers.get(2).state().setAppliedRevision(before));
        assertThat(leaver.lastAnswer().getMayShutDown()).isFalse();

        brokers.get(2).beat();

        assertThat(leaver.lastAnswer().getMayShutDown()).as("told unasked").isTrue();
        leaver.die();
        assertThat(controller.broker(1).fenced()).as("without probes").isTrue();
        assertThat(controller.probed).isEmpty();
    }

    @Test
    void lostReplicasLeaveBeforeTheBrokerServes() {
        List<TestBroker> brokers = serving(2);
        TopicId topic = topic("orders", 1, 2);
        brokers.get(0).die();
        TestBroker again = new TestBroker(controller, 1, 2).register().connect();
        assertThat(partition(topic).elr()).containsExactly(1);

        HeartbeatResponse answer = again.send(again.state()
                .addLostReplicas(
                        LostReplica.newBuilder().setTopicId(Ids.bytes(topic)).setPartition(0)));

        assertThat(answer.getFenced()).isFalse();
        assertThat(partition(topic).elr()).isEmpty();
        List<CommandCase> last = controller.submitted.stream()
                .map(command -> command.getCommandCase())
                .skip(controller.submitted.size() - 2L)
                .toList();
        assertThat(last).containsExactly(CommandCase.REPORT_LOST_REPLICAS, CommandCase.UNFENCE_BROKER);
    }

    @Test
    void anEarlierRunIsToldThatItIsOver() {
        TestBroker earlier = TestBroker.serving(controller, 1);
        new TestBroker(controller, 1, 2).register();

        HeartbeatResponse answer = earlier.beat();

        assertThat(answer.getError().getReason()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH.name());
        assertThat(answer.getFenced()).isTrue();
    }

    @Test
    void aMalformedHeartbeatIsRefusedAndHarmsNobodyElse() {
        TestBroker odd = TestBroker.serving(controller, 1);
        TestBroker other = TestBroker.serving(controller, 2);

        HeartbeatResponse answer = odd.send(
                odd.state().addLostReplicas(LostReplica.newBuilder().setTopicId(ByteString.copyFromUtf8("short"))));

        assertThat(answer.getError().getReason()).isEqualTo(ErrorCode.INVALID_REQUEST.name());
        assertThat(other.beat().hasError()).isFalse();
    }

    @Test
    void anotherNodeSendsTheBrokerToTheActiveController() {
        controller.deposed();
        TestBroker broker = new TestBroker(controller, 1, 1).connect();

        HeartbeatResponse answer = broker.beat();

        assertThat(answer.getError().getReason()).isEqualTo(ErrorCode.NOT_CONTROLLER.name());
        assertThat(answer.getError().getLeader().getBrokerId()).isEqualTo(2);
        assertThat(answer.getError().getLeader().getEndpoint()).isEqualTo("two:9093");
        assertThat(broker.ended()).isTrue();
    }

    @Test
    void aSecondStreamOfABrokerReplacesTheFirst() {
        serving(2);
        TestBroker broker = TestBroker.serving(controller, 3);

        broker.connect().beat();
        controller.after(500);

        assertThat(controller.probed).isEmpty();
        assertThat(controller.broker(3).eligible()).isTrue();
    }

    @Test
    void closingTheControllerEndsTheStreamsAndFencesNobody() {
        List<TestBroker> brokers = serving(3);
        int submitted = controller.submitted.size();

        controller.active.close();
        controller.after(10_000);

        assertThat(brokers).allMatch(TestBroker::ended);
        assertThat(controller.submitted).hasSize(submitted);
    }

    private List<TestBroker> serving(int count) {
        List<TestBroker> brokers = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            brokers.add(TestBroker.serving(controller, id));
        }
        return brokers;
    }

    private void beatFor(List<TestBroker> brokers, long ms) {
        for (long passed = 0; passed < ms; passed += 100) {
            controller.after(100);
            brokers.forEach(TestBroker::beat);
        }
    }

    private TopicId topic(String name, Integer... replicas) {
        var response = controller
                .calls()
                .createTopics(ControllerServiceCreateTopicsRequest.newBuilder()
                        .setRequest(CreateTopicsRequest.newBuilder()
                                .addTopics(NewTopic.newBuilder()
                                        .setName(name)
                                        .addAssignments(
                                                ReplicaAssignment.newBuilder().addAllBrokerIds(List.of(replicas)))))
                        .build());
        assertThat(response.getResponse().getResults(0).hasError())
                .as("%s", response)
                .isFalse();
        return Ids.topic(response.getResponse().getResults(0).getTopic().getId());
    }

    private PartitionState partition(TopicId topic) {
        return controller
                .image()
                .topics()
                .withId(topic)
                .orElseThrow()
                .partitions()
                .get(0);
    }
}
