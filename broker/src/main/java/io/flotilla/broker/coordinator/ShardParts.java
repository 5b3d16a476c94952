package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.Assignor;
import io.flotilla.broker.group.GroupCore;
import io.flotilla.broker.group.GroupSettings;
import io.flotilla.broker.partition.Loop;
import io.flotilla.model.time.Clock;
import java.util.List;

/**
 * What the shards of a broker share.
 *
 * @param loop owns all of them
 * @param limits of what waits for its append
 * @param settings of groups
 * @param assignors one or more; the first is the default
 */
record ShardParts(Loop loop, Clock clock, AppendQueue.Limits limits, GroupSettings settings, List<Assignor> assignors) {
    GroupCore newCore() {
        return new GroupCore(settings, assignors);
    }
}
