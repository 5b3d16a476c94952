package io.flotilla.chaos.fault;

import io.flotilla.client.Admin;
import io.flotilla.client.TopicDescription.PartitionDescription;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** Whom a fault hits, found through the admin client at the moment of the fault. */
public enum Target {
    /** The leader of a partition that is drawn by lot. */
    PARTITION_LEADER {
        @Override
        public Victim find(Admin admin, String topic, RandomGenerator random) {
            List<PartitionDescription> partitions = Objects.requireNonNull(
                            admin.describeTopics(List.of(topic)).get(topic))
                    .partitions();
            PartitionDescription partition = partitions.get(random.nextInt(partitions.size()));
            return new Victim(
                    partition.leader(),
                    "leader of " + topic + "-" + partition.partition() + " in epoch " + partition.leaderEpoch());
        }
    },

    /** The leader of the metadata quorum. */
    ACTIVE_CONTROLLER {
        @Override
        public Victim find(Admin admin, String topic, RandomGenerator random) {
            var quorum = admin.describeQuorum();
            return new Victim(quorum.leaderId(), "active controller in epoch " + quorum.leaderEpoch());
        }
    };

    /**
     * A node that is to be hit.
     *
     * @param role why it was chosen
     */
    public record Victim(int node, String role) {}

    /** @throws io.flotilla.model.error.FlotillaException when the cluster does not say */
    public abstract Victim find(Admin admin, String topic, RandomGenerator random);
}
