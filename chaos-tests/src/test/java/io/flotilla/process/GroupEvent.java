package io.flotilla.process;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a member of a group saw or did, as one line of its journal.
 *
 * @param atNanos on the host's monotonic clock, which all its processes share
 * @param life of the member; a member that is started again has another one
 * @param partition of the only topic; -1 for {@link Kind#CLOSED}
 * @param offset of the first record that was read, or what was committed; else 0
 * @param numbers that the records hold which were read, at successive offsets; else none
 */
record GroupEvent(long atNanos, String life, Kind kind, int partition, long offset, int[] numbers) {
    private static final int FIELDS = 4;

    /** What happened. */
    enum Kind {
        ASSIGNED,
        /** Returned by one poll. */
        READ,
        /** Acknowledged by the coordinator. */
        COMMITTED,
        /** Given up; nobody was told yet. */
        REVOKED,
        LOST,
        /** Left the group. */
        CLOSED
    }

    /** An event of a whole partition, or of the member. */
    static GroupEvent of(long atNanos, String life, Kind kind, int partition) {
        return new GroupEvent(atNanos, life, kind, partition, 0, new int[0]);
    }

    /** The line, without the life, which the journal's name tells. */
    String line() {
        return atNanos + " " + kind + " " + partition + " " + offset
                + IntStream.of(numbers).mapToObj(number -> " " + number).collect(Collectors.joining());
    }

    static GroupEvent parse(String life, String line) {
        String[] fields = line.split(" ");
        return new GroupEvent(
                Long.parseLong(fields[0]),
                life,
                Kind.valueOf(fields[1]),
                Integer.parseInt(fields[2]),
                Long.parseLong(fields[3]),
                Arrays.stream(fields, FIELDS, fields.length)
                        .mapToInt(Integer::parseInt)
                        .toArray());
    }
}
