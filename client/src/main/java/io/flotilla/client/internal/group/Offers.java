package io.flotilla.client.internal.group;

import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the coordinator has said on one stream to hold, and the application has not looked at yet. */
final class Offers {
    private final NavigableMap<Long, NavigableSet<GroupPartition>> byRevision = new TreeMap<>();

    /** @param revision of the snapshot that shows it */
    void add(long revision, NavigableSet<GroupPartition> target) {
        byRevision.put(revision, target);
    }

    /** Everything up to a revision, which the application has followed now: forgotten here. */
    NavigableSet<GroupPartition> takeUpTo(long revision) {
        NavigableSet<GroupPartition> all = new TreeSet<>();
        NavigableMap<Long, NavigableSet<GroupPartition>> followed = byRevision.headMap(revision, true);
        followed.values().forEach(all::addAll);
        followed.clear();
        return all;
    }

    void clear() {
        byRevision.clear();
    }
}
