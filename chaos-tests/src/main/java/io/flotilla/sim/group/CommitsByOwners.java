package io.flotilla.sim.group;

/** What a member commits is committed only while it is one, and nobody else has the partition. */
final class CommitsByOwners implements GroupPredicate {
    @Override
    public void committed(GroupPage page, GroupLine line) {
        if (line instanceof GroupLine.Offset commit && !commit.removed()) {
            check(
                    page.members().containsKey(commit.author()),
                    "%s is committed by %s, which is no member of %s: %s",
                    commit,
                    commit.author(),
                    page.group(),
                    page.members().keySet());
            check(
                    page.othersWith(commit.partition(), commit.author()).isEmpty(),
                    "%s is committed by %s, and %s has the partition",
                    commit,
                    commit.author(),
                    page.othersWith(commit.partition(), commit.author()));
        }
    }
}
