package io.flotilla.broker.group;

import io.flotilla.model.id.TopicId;
import java.util.Map;
import java.util.SortedSet;

/** Shares partitions among the members of a group. A function of its request: no state, no clock, no chance. */
public interface Assignor {
    /** The name that members choose it by, for example "uniform". */
    String name();

    /**
     * The target of each member, by member id: every partition of every subscribed topic goes to exactly one member
     * that subscribes to the topic. A member that gets nothing may be left out.
     */
    Map<String, Map<TopicId, SortedSet<Integer>>> assign(AssignmentRequest request);
}
