package io.flotilla.broker.partition;

import io.flotilla.model.error.FlotillaError;
import java.util.List;

/** A partition that serves nobody: without a leader, offline, or stopped. */
record Idle(PartitionStatus.Role role, int leaderEpoch, long highWatermark, FlotillaError refusal) implements Duty {
    @Override
    public PartitionStatus status() {
        return new PartitionStatus(role, -1, leaderEpoch, List.of(), -1, -1, -1, highWatermark);
    }
}
