package io.flotilla.sim.group;

import io.flotilla.model.id.PartitionId;
import java.util.Map;
import java.util.TreeMap;

/** Every record is read by some member before the group goes on behind it, but for those that are deleted. */
final class NothingSkipped implements GroupPredicate {
    /** Offsets below which all was read, by group and partition. */
    private final Map<String, Map<PartitionId, Long>> ends = new TreeMap<>();

    @Override
    public void read(GroupPage page, PartitionId partition, long offset, long logStart) {
        Map<PartitionId, Long> group = ends.computeIfAbsent(page.group(), none -> new TreeMap<>());
        long end = group.getOrDefault(partition, 0L);
        check(
                offset <= Math.max(end, logStart),
                "%s reads offset %d of %s, and nobody has read %d",
                page.group(),
                offset,
                partition,
                end);
        group.put(partition, Math.max(end, offset + 1));
    }
}
