package io.flotilla.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Judges what the members of one group did to one topic. Record {@code n} has key {@code n % keys}, and a producer sent
 * the numbers in their order. Must hold:
 *
 * <ul>
 *   <li>one holder: a partition is given to a member only after the one before gave it up or was killed, and is read by
 *       its holder alone;
 *   <li>nothing is skipped: a holder reads on without gaps, and begins at or before the first unread record;
 *   <li>nothing is read again, unless whoever read it was killed and it was not committed;
 *   <li>commits tell what was read, and never go back;
 *   <li>the records of a key are first read in the order in which they were sent;
 *   <li>no member that lives is removed.
 * </ul>
 *
 * <p>Times of different members are compared only where one event is the cause of another. For one thread.
 */
final class GroupHistory {
    private static final int NOBODY_READS = -1;

    private final int keys;
    private final Map<String, Long> killedAtNanos;
    private final Map<Integer, Partition> partitions = new TreeMap<>();
    private final Map<Integer, Integer> lastOfKey = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private long fresh;
    private long repeated;

    /** What is known of a partition. */
    private static final class Partition {
        private @Nullable String holder;
        /** What the holder reads next; {@link #NOBODY_READS} before it has begun. */
        private long next = NOBODY_READS;

        private long committed;
        /** By offset: who read the record last. */
        private final List<String> readers = new ArrayList<>();

        /** By offset. */
        private final List<Integer> numbers = new ArrayList<>();
    }

    /**
     * What became of it all.
     *
     * @param fresh records that were read
     * @param repeated records that were read again
     */
    record Verdict(long fresh, long repeated, List<String> violations) {}

    private GroupHistory(int keys, Map<String, Long> killedAtNanos) {
        this.keys = keys;
        this.killedAtNanos = killedAtNanos;
    }

    /**
     * Judges a history.
     *
     * @param killedAtNanos members that were killed, and when
     * @param acknowledged by partition, the numbers at its offsets; what was not acknowledged is -1
     */
    static Verdict judge(
            List<GroupEvent> events,
            int keys,
            Map<String, Long> killedAtNanos,
            Map<Integer, List<Integer>> acknowledged) {
        GroupHistory history = new GroupHistory(keys, killedAtNanos);
        events.stream().sorted(Comparator.comparingLong(GroupEvent::atNanos)).forEach(history::happened);
        acknowledged.forEach(history::wasAcknowledged);
        return new Verdict(history.fresh, history.repeated, List.copyOf(history.violations));
    }

    private void happened(GroupEvent event) {
        if (event.kind() == GroupEvent.Kind.CLOSED) {
            partitions.forEach((number, partition) ->
                    check(!event.life().equals(partition.holder), event, "left while it held partition " + number));
            return;
        }
        Partition partition = partitions.computeIfAbsent(event.partition(), unseen -> new Partition());
        if (event.kind() == GroupEvent.Kind.ASSIGNED) {
            String before = partition.holder;
            check(before == null || isDead(before, event), event, "was given what " + before + " held");
            partition.holder = event.life();
            partition.next = NOBODY_READS;
            return;
        }
        check(event.life().equals(partition.holder), event, "did not hold it: " + partition.holder + " did");
        switch (event.kind()) {
            case READ -> read(event, partition);
            case COMMITTED -> {
                check(event.offset() <= partition.readers.size(), event, "nobody had read that far");
                check(event.offset() >= partition.committed, event, partition.committed + " was committed before");
                partition.committed = Math.max(partition.committed, event.offset());
            }
            case LOST, REVOKED -> {
                check(event.kind() == GroupEvent.Kind.REVOKED, event, "was removed alive");
                partition.holder = null;
            }
            default -> throw new IllegalArgumentException(event.line());
        }
    }

    private void read(GroupEvent event, Partition partition) {
        long begins = event.offset();
        check(
                partition.next == NOBODY_READS || partition.next == begins,
                event,
                "was to go on at offset " + partition.next);
        check(begins <= partition.readers.size(), event, "skips what is from offset " + partition.readers.size());
        check(begins >= partition.committed, event, partition.committed + " was committed");
        for (int i = 0; i < event.numbers().length; i++) {
            int offset = Math.toIntExact(begins) + i;
            int number = event.numbers()[i];
            if (offset < partition.readers.size()) {
                readAgain(event, partition, offset, number);
            } else {
                readFirst(event, partition, number);
            }
        }
        partition.next = begins + event.numbers().length;
    }

    private void readAgain(GroupEvent event, Partition partition, int offset, int number) {
        String reader = partition.readers.set(offset, event.life());
        check(isDead(reader, event), event, reader + ", which lived, had read offset " + offset);
        check(partition.numbers.get(offset) == number, event, "another record than before at offset " + offset);
        repeated++;
    }

    private void readFirst(GroupEvent event, Partition partition, int number) {
        partition.readers.add(event.life());
        partition.numbers.add(number);
        Integer before = lastOfKey.put(number % keys, number);
        int wanted = before == null ? number % keys : before + keys;
        check(number == wanted, event, number + " came where " + wanted + " was to come");
        fresh++;
    }

    private boolean isDead(String life, GroupEvent event) {
        Long atNanos = killedAtNanos.get(life);
        return atNanos != null && atNanos <= event.atNanos();
    }

    private void wasAcknowledged(int number, List<Integer> sent) {
        List<Integer> seen = partitions.containsKey(number) ? partitions.get(number).numbers : List.of();
        for (int offset = 0; offset < sent.size(); offset++) {
            int expected = sent.get(offset);
            int found = offset < seen.size() ? seen.get(offset) : -1;
            if (expected >= 0 && expected != found) {
                violations.add("partition " + number + ": " + expected + " was acknowledged at offset " + offset
                        + ", and " + (found < 0 ? "nothing" : found) + " was read there");
            }
        }
    }

    private void check(boolean holds, GroupEvent event, String complaint) {
        if (!holds) {
            violations.add("%s at %d: %s of partition %d from offset %d (%d records): %s"
                    .formatted(
                            event.life(),
                            event.atNanos(),
                            event.kind(),
                            event.partition(),
                            event.offset(),
                            event.numbers().length,
                            complaint));
        }
    }
}
