package io.flotilla.sim.group;

/** Epochs of a group, and of a member as long as it is one, never decrease; no member is ahead of its group. */
final class GroupEpochs implements GroupPredicate {
    @Override
    public void committed(GroupPage page, GroupLine line) {
        if (line instanceof GroupLine.Header header && !header.removed()) {
            check(
                    header.epoch() >= page.epoch() && header.assignmentEpoch() <= header.epoch(),
                    "%s follows epoch %d",
                    header,
                    page.epoch());
        } else if (line instanceof GroupLine.Member member && !member.removed()) {
            GroupLine.Member before = page.members().get(member.id());
            check(
                    (before == null || member.epoch() >= before.epoch()) && member.epoch() <= page.epoch(),
                    "%s follows %s, in epoch %d of the group",
                    member,
                    before,
                    page.epoch());
        }
    }
}
