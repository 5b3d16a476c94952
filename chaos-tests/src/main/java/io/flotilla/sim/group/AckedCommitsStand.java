package io.flotilla.sim.group;

import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.List;

/** Whoever is told that his commit is acknowledged finds it in the committed log. */
final class AckedCommitsStand implements GroupPredicate {
    /** Told while the leadership changed hands: committed, but perhaps not known to be. */
    private final List<Owed> owed = new ArrayList<>();

    private record Owed(String group, PartitionId partition, long offset, String author) {}

    @Override
    public void acknowledged(GroupPage page, PartitionId partition, GroupPage.Stand commit, boolean steady) {
        boolean stands = page.stands(partition).stream()
                .anyMatch(stand ->
                        stand.offset() == commit.offset() && stand.author().equals(commit.author()));
        check(
                stands || !steady,
                "the commit %s of %s by %s of %s was acknowledged and is not committed",
                commit.offset(),
                partition,
                commit.author(),
                page.group());
        if (!stands) {
            owed.add(new Owed(page.group(), partition, commit.offset(), commit.author()));
        }
    }

    @Override
    public void committed(GroupPage page, GroupLine line) {
        if (line instanceof GroupLine.Offset commit && !owed.isEmpty()) {
            owed.remove(new Owed(page.group(), commit.partition(), commit.offset(), commit.author()));
        }
    }

    @Override
    public void healed(GroupPage page) {
        owed.stream()
                .filter(one -> one.group().equals(page.group()))
                .findFirst()
                .ifPresent(lost -> check(false, "%s was acknowledged and never committed", lost));
    }
}
