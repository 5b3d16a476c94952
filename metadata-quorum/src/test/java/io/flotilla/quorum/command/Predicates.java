package io.flotilla.quorum.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionPlan;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The predicates OneLeaderPerEpoch, MonotoneEpochs and ControllerShape, checked after every revision. */
final class Predicates {
    private final Map<LeaderEpoch, Leadership> leaderships = new HashMap<>();
    private MetadataImage before = MetadataImage.EMPTY;

    private record LeaderEpoch(PartitionId partition, int epoch) {}

    private record Leadership(int leader, IncarnationId incarnation) {}

    void check(MetadataImage image) {
        assertThat(image.revision()).isEqualTo(before.revision() + 1);
        for (TopicImage topic : image.topics().byName().values()) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionId id = new PartitionId(topic.id(), number);
                PartitionState state = topic.partitions().get(number);
                controllerShape(image, topic, state);
                planShape(image, state);
                oneLeaderPerEpoch(image, id, state);
                before.topics().partition(id).ifPresent(earlier -> monotoneEpochs(id, earlier, state));
            }
        }
        for (BrokerRegistration broker : image.brokers().all()) {
            before.brokers()
                    .broker(broker.brokerId())
                    .ifPresent(earlier -> assertThat(broker.epoch()).isGreaterThanOrEqualTo(earlier.epoch()));
        }
        before = image;
    }

    private static void controllerShape(MetadataImage image, TopicImage topic, PartitionState state) {
        List<Integer> replicas = state.replicaIds();
        assertThat(state.leader()).matches(leader -> leader == -1 || state.isr().contains(leader), "in " + state);
        assertThat(replicas).containsAll(state.isr()).containsAll(state.elr());
        assertThat(state.isr()).doesNotHaveDuplicates().noneMatch(state.elr()::contains);
        assertThat(state.elr()).doesNotHaveDuplicates();
        if (state.isr().size() >= topic.settings().minInsyncReplicas(state.replicationFactor())) {
            assertThat(state.elr()).as("%s", state).isEmpty();
        }
        assertThat(state.isr())
                .noneMatch(id -> image.brokers()
                        .broker(id)
                        .map(BrokerRegistration::fenced)
                        .orElse(true));
        if (state.hasLeader()) {
            assertThat(image.brokers().eligible(state.leader())).isTrue();
        }
    }

    /** What is planned can still be done: its brokers are replicas, and who is to lead is in sync and in service. */
    private static void planShape(MetadataImage image, PartitionState state) {
        PartitionPlan plan = state.plan();
        assertThat(state.replicaIds()).as("%s", state).doesNotHaveDuplicates().containsAll(plan.adding());
        assertThat(state.replicaIds()).as("%s", state).containsAll(plan.target());
        assertThat(state.origin()).as("%s", state).isNotEmpty();
        if (plan.movesLeader()) {
            assertThat(state.isr()).as("%s", state).contains(plan.nextLeader());
            assertThat(plan.nextLeader()).as("%s", state).isNotEqualTo(state.leader());
            assertThat(image.brokers().eligible(plan.nextLeader()))
                    .as("%s", state)
                    .isTrue();
        }
        if (!plan.reassigns()) {
            assertThat(plan.adding()).as("%s", state).isEmpty();
        }
    }

    private void oneLeaderPerEpoch(MetadataImage image, PartitionId id, PartitionState state) {
        if (state.hasLeader()) {
            Leadership now = new Leadership(
                    state.leader(),
                    image.brokers().broker(state.leader()).orElseThrow().incarnation());
            Leadership known = leaderships.putIfAbsent(new LeaderEpoch(id, state.leaderEpoch()), now);
            assertThat(known == null || known.equals(now))
                    .as("%s epoch %d led by %s and %s", id, state.leaderEpoch(), known, now)
                    .isTrue();
        }
    }

    private static void monotoneEpochs(PartitionId id, PartitionState earlier, PartitionState now) {
        assertThat(now.leaderEpoch()).as("%s", id).isGreaterThanOrEqualTo(earlier.leaderEpoch());
        assertThat(now.partitionEpoch()).as("%s", id).isGreaterThanOrEqualTo(earlier.partitionEpoch());
        if (!now.equals(earlier)) {
            assertThat(now.partitionEpoch()).as("%s", id).isEqualTo(earlier.partitionEpoch() + 1);
        }
        if (now.leader() != earlier.leader()) {
            assertThat(now.leaderEpoch()).as("%s", id).isGreaterThan(earlier.leaderEpoch());
        }
    }
}
