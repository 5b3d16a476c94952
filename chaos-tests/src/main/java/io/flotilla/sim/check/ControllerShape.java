package io.flotilla.sim.check;

import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import java.util.List;
import java.util.stream.Stream;

/**
 * Each partition of the committed metadata is well-formed: the leader is in the ISR, ISR and ELR are replicas and have
 * no member in common, there is an ELR only below the minimum, and no fenced broker is in sync.
 */
public final class ControllerShape implements Predicate {
    @Override
    public void afterEvent(ClusterView cluster, Touched touched) {
        if (touched.controller()) {
            MetadataImage image = cluster.controller().image();
            for (TopicImage topic : image.topics().byId().values()) {
                for (int number = 0; number < topic.partitions().size(); number++) {
                    PartitionState state = topic.partitions().get(number);
                    look(new PartitionId(topic.id(), number), state, topic, image);
                }
            }
        }
    }

    private void look(PartitionId partition, PartitionState state, TopicImage topic, MetadataImage image) {
        List<Integer> replicas = state.replicaIds();
        long members = Stream.concat(state.isr().stream(), state.elr().stream())
                .distinct()
                .count();
        boolean apart = members == state.isr().size() + state.elr().size();
        boolean assigned = replicas.containsAll(state.isr()) && replicas.containsAll(state.elr());
        int minIsr = topic.settings().minInsyncReplicas(replicas.size());
        check(
                !state.hasLeader() || state.isr().contains(state.leader()),
                "the leader of %s is not in sync: %s",
                partition,
                state);
        check(apart && assigned, "isr and elr of %s are not distinct replicas: %s", partition, state);
        check(
                state.isr().size() < minIsr || state.elr().isEmpty(),
                "%s has an elr, and %d in sync of %d needed: %s",
                partition,
                state.isr().size(),
                minIsr,
                state);
        for (int id : state.isr()) {
            boolean serves = image.brokers()
                    .broker(id)
                    .filter(broker -> !isFenced(broker))
                    .isPresent();
            check(serves, "broker %d is fenced and in the isr of %s: %s", id, partition, state);
        }
    }

    private static boolean isFenced(BrokerRegistration broker) {
        return broker.fenced();
    }
}
