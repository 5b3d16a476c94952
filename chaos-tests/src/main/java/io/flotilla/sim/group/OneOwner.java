package io.flotilla.sim.group;

import io.flotilla.model.id.PartitionId;
import java.util.Set;
import java.util.TreeSet;

/**
 * No partition is given to a member while another may have it: neither do the committed records say so at any moment,
 * nor does a member begin while another that is one still believes in it. Who was removed may believe what it likes.
 */
final class OneOwner implements GroupPredicate {
    @Override
    public void committed(GroupPage page, GroupLine line) {
        if (line instanceof GroupLine.Member member && !member.removed()) {
            for (PartitionId partition : member.held()) {
                TreeSet<String> others = page.othersWith(partition, member.id());
                check(
                        others.isEmpty(),
                        "%s of %s is given %s, which %s has",
                        member.id(),
                        page.group(),
                        partition,
                        others);
            }
        }
    }

    @Override
    public void begins(GroupPage page, String member, PartitionId partition, Set<String> others, boolean steady) {
        TreeSet<String> unfenced = new TreeSet<>(others);
        unfenced.retainAll(page.members().keySet());
        check(
                unfenced.isEmpty() || !steady,
                "%s of %s begins with %s, which %s has not given up",
                member,
                page.group(),
                partition,
                unfenced);
    }
}
