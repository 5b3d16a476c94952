package io.flotilla.broker.metadata;

import io.flotilla.model.id.PartitionId;

/** What a change of the metadata asks of one local replica. */
public sealed interface LocalChange {
    PartitionId id();

    /** What a replica is to be, in the leader epoch of its partition's state. */
    sealed interface Role extends LocalChange {
        LocalPartition partition();

        /** The same role on a later state of the same leader epoch. */
        Role on(LocalPartition later);

        @Override
        default PartitionId id() {
            return partition().id();
        }
    }

    /** Lead in the state's leader epoch, which this broker does not lead in yet. */
    record Lead(LocalPartition partition) implements Role {
        @Override
        public Lead on(LocalPartition later) {
            return new Lead(later);
        }
    }

    /** Follow in the state's leader epoch, on a new fetch from this leader. */
    record Follow(LocalPartition partition, LeaderAddress leader) implements Role {
        @Override
        public Follow on(LocalPartition later) {
            return new Follow(later, leader);
        }
    }

    /** Hold the log, and neither lead nor fetch: there is no leader that could be followed. */
    record Wait(LocalPartition partition) implements Role {
        @Override
        public Wait on(LocalPartition later) {
            return new Wait(later);
        }
    }

    /** Keep the role and its epoch; the rest of the state or the topic's settings changed. */
    record Update(LocalPartition partition) implements LocalChange {
        @Override
        public PartitionId id() {
            return partition.id();
        }
    }

    /** Stop, and delete the log: the topic is gone, or this assignment has ended (R8). */
    record Remove(PartitionId id) implements LocalChange {}

    /** Stop, and keep the log: that it was assigned here was lost with a majority of the controllers. */
    record Abandon(PartitionId id) implements LocalChange {}
}
