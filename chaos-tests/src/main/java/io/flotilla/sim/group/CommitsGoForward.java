package io.flotilla.sim.group;

import io.flotilla.model.id.PartitionId;
import java.util.function.Predicate;

/** Members commit what they have read, so no committed offset goes back. */
final class CommitsGoForward implements GroupPredicate {
    private final Predicate<PartitionId> whole;

    /** @param whole partitions of which nothing was lost, so that no reader has to go back */
    CommitsGoForward(Predicate<PartitionId> whole) {
        this.whole = whole;
    }

    @Override
    public void committed(GroupPage page, GroupLine line) {
        if (line instanceof GroupLine.Offset commit && !commit.removed() && whole.test(commit.partition())) {
            long before = page.offset(commit.partition());
            check(commit.offset() >= before, "%s is committed, and %d was", commit, before);
        }
    }
}
