package io.flotilla.sim.group;

import io.flotilla.model.id.PartitionId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is committed of one group, and what was. One thread; predicates only read it. */
final class GroupPage {
    /** A committed offset that is none. */
    static final long NONE = -1;

    private final String group;
    private final TreeMap<String, GroupLine.Member> members = new TreeMap<>();
    private final Map<PartitionId, List<Stand>> offsets = new TreeMap<>();
    private int epoch;

    /**
     * What was committed of a partition from a moment on.
     *
     * @param offset {@link #NONE} once it was taken away
     * @param author empty for nobody
     */
    record Stand(long offset, String author, long sinceNanos) {}

    GroupPage(String group) {
        this.group = group;
    }

    String group() {
        return group;
    }

    int epoch() {
        return epoch;
    }

    Map<String, GroupLine.Member> members() {
        return Collections.unmodifiableMap(members);
    }

    /** Members that hold the partition, other than this one. */
    TreeSet<String> othersWith(PartitionId partition, String member) {
        TreeSet<String> others = new TreeSet<>();
        members.forEach((id, line) -> {
            if (!id.equals(member) && line.held().contains(partition)) {
                others.add(id);
            }
        });
        return others;
    }

    /** All that was ever committed of the partition, oldest first. */
    List<Stand> stands(PartitionId partition) {
        return Collections.unmodifiableList(offsets.getOrDefault(partition, List.of()));
    }

    /** The committed offset, or {@link #NONE}. */
    long offset(PartitionId partition) {
        List<Stand> all = stands(partition);
        return all.isEmpty() ? NONE : all.get(all.size() - 1).offset();
    }

    void apply(GroupLine line, long nowNanos) {
        if (line instanceof GroupLine.Header header) {
            epoch = header.epoch();
        } else if (line instanceof GroupLine.Member member) {
            if (member.removed()) {
                members.remove(member.id());
            } else {
                members.put(member.id(), member);
            }
        } else if (line instanceof GroupLine.Offset offset) {
            offsets.computeIfAbsent(offset.partition(), none -> new ArrayList<>())
                    .add(
                            offset.removed()
                                    ? new Stand(NONE, "", nowNanos)
                                    : new Stand(offset.offset(), offset.author(), nowNanos));
        }
    }
}
