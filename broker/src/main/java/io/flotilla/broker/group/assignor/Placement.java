package io.flotilla.broker.group.assignor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns how many partitions of each topic a member is to have into which: it keeps what it had, as far as the number
 * allows, and rather what its rack has a replica of; the others go where they are local, and then where there is room.
 * One thread; of use once.
 */
final class Placement {
    private final Roster roster;
    private final int[] owners;

    private Placement(Roster roster) {
        this.roster = roster;
        this.owners = new int[roster.partitionCount()];
        Arrays.fill(owners, Roster.NOBODY);
    }

    /** The owner of each partition: the number of a member. */
    static int[] of(Roster roster) {
        Placement placement = new Placement(roster);
        IntStream.range(0, roster.topicCount()).forEach(placement::place);
        return placement.owners;
    }

    /** How many partitions of the topic a member has yet to be given. */
    private static final class Room {
        private final Member member;
        private int seats;

        Room(Member member, int seats) {
            this.member = member;
            this.seats = seats;
        }
    }

    private void place(int topic) {
        NavigableMap<Integer, List<Integer>> had = had(topic);
        had.forEach((number, partitions) -> keep(roster.member(number), topic, partitions));
        List<Room> rooms = rooms(topic, had);
        NavigableMap<Integer, Deque<Room>> byRack = new TreeMap<>();
        for (Room room : rooms) {
            byRack.computeIfAbsent(room.member.cohort().rack(), none -> new ArrayDeque<>())
                    .add(room);
        }
        roster.partitionsOf(topic).filter(this::isFree).forEach(partition -> seatInItsRack(partition, byRack));
        Deque<Room> left = new ArrayDeque<>(rooms);
        roster.partitionsOf(topic).filter(this::isFree).forEach(partition -> seat(partition, left));
    }

    private boolean isFree(int partition) {
        return owners[partition] == Roster.NOBODY;
    }

    private NavigableMap<Integer, List<Integer>> had(int topic) {
        NavigableMap<Integer, List<Integer>> had = new TreeMap<>();
        roster.partitionsOf(topic)
                .filter(partition -> roster.before(partition) != Roster.NOBODY)
                .forEach(partition -> had.computeIfAbsent(roster.before(partition), none -> new ArrayList<>())
                        .add(partition));
        return had;
    }

    private void keep(Member member, int topic, List<Integer> had) {
        Comparator<Integer> localFirst = Comparator.comparing(partition -> !roster.isLocal(member.cohort(), partition));
        had.stream()
                .sorted(localFirst)
                .limit(member.held(topic))
                .forEach(partition -> owners[partition] = member.number());
    }

    private List<Room> rooms(int topic, NavigableMap<Integer, List<Integer>> had) {
        List<Room> rooms = new ArrayList<>();
        for (Cohort cohort : roster.subscribers(topic)) {
            for (Member member : cohort.members()) {
                int before = had.getOrDefault(member.number(), List.of()).size();
                if (member.held(topic) > before) {
                    rooms.add(new Room(member, member.held(topic) - before));
                }
            }
        }
        rooms.sort(Comparator.comparingInt(room -> room.member.number()));
        return rooms;
    }

    private void seatInItsRack(int partition, NavigableMap<Integer, Deque<Room>> byRack) {
        for (int rack : roster.racksOf(partition)) {
            Deque<Room> rooms = byRack.get(rack);
            if (rooms != null && seat(partition, rooms)) {
                return;
            }
        }
    }

    /** Gives the partition to the first that has room; whether there was one. */
    private boolean seat(int partition, Deque<Room> rooms) {
        while (!rooms.isEmpty() && rooms.getFirst().seats == 0) {
            rooms.removeFirst();
        }
        if (rooms.isEmpty()) {
            return false;
        }
        Room room = rooms.getFirst();
        room.seats--;
        owners[partition] = room.member.number();
        return true;
    }
}
