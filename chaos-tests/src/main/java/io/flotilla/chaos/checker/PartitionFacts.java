package io.flotilla.chaos.checker;

import io.flotilla.chaos.history.Mop.Fate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a history tells of one partition: what was sent to it, what lies where, what was read. */
final class PartitionFacts {
    private final String key;
    /** In the order of invocation. */
    private final Map<Long, SentValue> sent = new LinkedHashMap<>();
    /** The values that acknowledgements and readers saw at each offset. */
    private final NavigableMap<Long, NavigableSet<Long>> log = new TreeMap<>();

    private final Map<Long, NavigableSet<Long>> offsets = new TreeMap<>();
    private final Map<Long, Long> firstReadAt = new TreeMap<>();
    private long highestAcked = -1;
    private long highestRead = -1;
    private final Set<Long> finallyRead = new TreeSet<>();
    private long highestFinallyRead = -1;
    /** The offsets of the log without holes; an index into it is a dense place. Built when everything is known. */
    private long @Nullable [] places;

    PartitionFacts(String key) {
        this.key = key;
    }

    void invoked(int process, long value, long idx) {
        if (sent.put(value, new SentValue(process, value, idx, highestAcked)) != null) {
            throw new IllegalArgumentException(
                    "op " + idx + " sends value " + value + " to " + key + " again; values must be unique per key");
        }
    }

    void ended(long value, Fate fate, long offset, long idx) {
        SentValue found = sent.get(value);
        if (found == null) {
            throw new IllegalArgumentException(
                    "op " + idx + " ends a send of value " + value + " to " + key + " that never began");
        }
        found.end(fate, offset, idx);
        if (fate == Fate.ACKED) {
            place(offset, value);
            highestAcked = Math.max(highestAcked, offset);
        }
    }

    void read(long offset, long value, long idx) {
        place(offset, value);
        firstReadAt.putIfAbsent(value, idx);
        highestRead = Math.max(highestRead, offset);
    }

    /** The final reader got a value. */
    void readFinally(long offset, long value) {
        finallyRead.add(value);
        highestFinallyRead = Math.max(highestFinallyRead, offset);
    }

    private void place(long offset, long value) {
        log.computeIfAbsent(offset, none -> new TreeSet<>()).add(value);
        offsets.computeIfAbsent(value, none -> new TreeSet<>()).add(offset);
        places = null;
    }

    String key() {
        return key;
    }

    Collection<SentValue> sent() {
        return Collections.unmodifiableCollection(sent.values());
    }

    @Nullable
    SentValue sent(long value) {
        return sent.get(value);
    }

    /** The values seen at each offset, by anybody. */
    NavigableMap<Long, NavigableSet<Long>> log() {
        return Collections.unmodifiableNavigableMap(log);
    }

    /** The offsets at which each value was seen, by anybody. */
    Map<Long, NavigableSet<Long>> offsets() {
        return Collections.unmodifiableMap(offsets);
    }

    /** The operation that first read each value. */
    Map<Long, Long> firstReadAt() {
        return Collections.unmodifiableMap(firstReadAt);
    }

    boolean wasRead(long value) {
        return firstReadAt.containsKey(value);
    }

    /** Where a sent value is: as acknowledged, else where it was first seen; -1 when nobody knows. */
    long knownOffset(SentValue value) {
        if (value.isAcked()) {
            return value.offset();
        }
        NavigableSet<Long> seen = offsets.get(value.value());
        return seen == null ? -1 : seen.first();
    }

    /** The highest offset that anybody read; -1 when nobody read anything. */
    long highestRead() {
        return highestRead;
    }

    boolean wasFinallyRead(long value) {
        return finallyRead.contains(value);
    }

    /** The highest offset that the final reader got; -1 when he got nothing. */
    long highestFinallyRead() {
        return highestFinallyRead;
    }

    /** Where the partition must end at least, by what was acknowledged and read so far. */
    long leastEnd() {
        return Math.max(highestAcked, highestRead) + 1;
    }

    /** Where the partition must begin at most: at the first known record. */
    long mostStart() {
        return log.isEmpty() ? Long.MAX_VALUE : log.firstKey();
    }

    /** How many known records lie below an offset. */
    int place(long offset) {
        long[] known = places;
        if (known == null) {
            known = log.keySet().stream().mapToLong(Long::longValue).toArray();
            places = known;
        }
        int found = Arrays.binarySearch(known, offset);
        return found >= 0 ? found : -found - 1;
    }
}
