package io.flotilla.broker.coordinator;

import io.flotilla.broker.partition.Partition;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The logs of shards as the partitions that this broker leads. Any thread. */
public final class PartitionShardLogs implements ShardLogs {
    private final Function<PartitionId, Optional<Partition>> local;
    private final Executor readers;
    private final Clock clock;

    /**
     * @param local the replicas that run here
     * @param readers runs what reads files
     */
    public PartitionShardLogs(Function<PartitionId, Optional<Partition>> local, Executor readers, Clock clock) {
        this.local = local;
        this.readers = readers;
        this.clock = clock;
    }

    @Override
    public ShardLog of(PartitionId partition, int leaderEpoch) {
        return new PartitionShardLog(() -> local.apply(partition), leaderEpoch, readers, clock);
    }
}
