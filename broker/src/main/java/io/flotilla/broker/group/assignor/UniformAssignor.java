package io.flotilla.broker.group.assignor;

import io.flotilla.broker.group.AssignmentRequest;
import io.flotilla.broker.group.Assignor;
import io.flotilla.model.id.TopicId;
import java.util.Map;
import java.util.SortedSet;

/**
 * The default: everybody gets as many partitions as everybody else, counted over all topics. In this order: every
 * partition that somebody wants has one owner; loads are as equal as subscriptions allow, and within one among members
 * of one subscription; as little moves as possible (where all members have one subscription, never more than the
 * balance demands); and what moves goes, as far as possible, to members in a rack with a replica. Stateless.
 */
public final class UniformAssignor implements Assignor {
    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public Map<String, Map<TopicId, SortedSet<Integer>>> assign(AssignmentRequest request) {
        Roster roster = new Roster(request);
        Fill.apply(roster);
        Balance.apply(roster);
        int[] owners = Placement.of(roster);
        RackExchange.apply(roster, owners);
        return roster.assignment(owners);
    }
}
