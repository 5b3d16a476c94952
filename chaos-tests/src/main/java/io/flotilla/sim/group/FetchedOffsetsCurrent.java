package io.flotilla.sim.group;

import io.flotilla.model.id.PartitionId;
import java.util.List;

/** Whoever asks for committed offsets is told what was committed when he asked, or has been since. */
final class FetchedOffsetsCurrent implements GroupPredicate {
    @Override
    public void told(GroupPage page, PartitionId partition, GroupPage.Stand told, boolean steady) {
        List<GroupPage.Stand> stands = page.stands(partition);
        int last = stands.size() - 1;
        while (last >= 0 && stands.get(last).sinceNanos() > told.sinceNanos()) {
            last--;
        }
        long then = last < 0 ? GroupPage.NONE : stands.get(last).offset();
        boolean known = then == told.offset()
                || stands.subList(last + 1, stands.size()).stream().anyMatch(stand -> stand.offset() == told.offset());
        check(
                known || (!steady && told.offset() > then),
                "%s of %s is told to be committed to %d; it was to %d when that was asked for, and then to %s",
                partition,
                page.group(),
                told.offset(),
                then,
                stands.subList(last + 1, stands.size()));
    }
}
