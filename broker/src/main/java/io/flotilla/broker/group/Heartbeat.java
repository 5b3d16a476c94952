package io.flotilla.broker.group;

import java.util.List;
import java.util.Optional;

/**
 * A member is alive.
 *
 * @param owned what it holds now, when that changed
 * @param subscription what it wants now, when that changed
 */
public record Heartbeat(
        StreamOfMember stream, Optional<List<NamedPartitions>> owned, Optional<Subscription> subscription) {}
