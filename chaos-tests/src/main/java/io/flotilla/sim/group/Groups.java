package io.flotilla.sim.group;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.client.Load;
import io.flotilla.sim.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * The consumer groups of a run, one or two of some members each, which die, stand still, stall, leave, and come back
 * until everything is healed.
 */
public final class Groups {
    private static final int HOST = 200;
    private static final int LIFE_MS_MAX = 30_000;

    private final Load load;
    private final GroupJudge judge;
    private final Random random;
    private final List<Place> places = new ArrayList<>();
    private boolean troubled = true;

    /** A machine with one member after another. */
    private static final class Place {
        final String group;
        final int host;
        int life;
        GroupMember member;

        Place(String group, int host, GroupMember first) {
            this.group = group;
            this.host = host;
            this.member = first;
        }
    }

    public Groups(Load load, GroupJudge judge) {
        this.load = load;
        this.judge = judge;
        this.random = load.world().random("groups");
        int groups = 1 + random.nextInt(2);
        for (int number = 0; number < groups; number++) {
            int members = 2 + random.nextInt(3);
            for (int i = 0; i < members; i++) {
                begin("group" + number, HOST + places.size());
            }
        }
    }

    private void begin(String group, int host) {
        Place place = new Place(group, host, new GroupMember(load, judge, new GroupMember.Id(group, host, 0)));
        places.add(place);
        troubleLater(place);
    }

    /** Machines of members. */
    public int[] hosts() {
        return IntStream.range(HOST, HOST + places.size()).toArray();
    }

    // ---- trouble -------------------------------------------------------------------------------------------------

    private void troubleLater(Place place) {
        load.world().at((2_000 + random.nextInt(LIFE_MS_MAX)) * World.MS, () -> trouble(place));
    }

    private void trouble(Place place) {
        if (!troubled) {
            return;
        }
        long nanos = (500 + random.nextInt(9_500)) * World.MS;
        GroupMember member = place.member;
        switch (random.nextInt(8)) {
            case 0, 1 -> member.kill();
            case 2 -> member.leave();
            case 3 -> member.stall(nanos);
            default -> member.freeze(nanos);
        }
        load.world().at(nanos, () -> {
            revive(place);
            troubleLater(place);
        });
    }

    private void revive(Place place) {
        if (!place.member.isAlive()) {
            place.life++;
            place.member = new GroupMember(load, judge, new GroupMember.Id(place.group, place.host, place.life));
        }
    }

    /** From now on no member is in trouble; those that are get over it. */
    public void heal() {
        troubled = false;
    }

    // ---- the end -------------------------------------------------------------------------------------------------

    /**
     * What has not converged: of each group, each partition is to be read by one member, all members are to have as
     * many, but for one, and all that there is to read is to be committed.
     *
     * @param expected partitions that must work
     * @param end what there is to read of each
     */
    public Optional<String> unsettled(List<PartitionId> expected, ToLongFunction<PartitionId> end) {
        TreeMap<String, List<GroupMember>> groups = new TreeMap<>();
        places.forEach(place ->
                groups.computeIfAbsent(place.group, none -> new ArrayList<>()).add(place.member));
        for (String group : groups.keySet()) {
            boolean works = judge.placeOf(group).filter(expected::contains).isPresent();
            Optional<String> missing =
                    works ? unsettled(group, groups.get(group), subscribed(expected), end) : Optional.empty();
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }

    private Set<PartitionId> subscribed(List<PartitionId> expected) {
        Set<PartitionId> subscribed = new TreeSet<>();
        for (PartitionName name : load.names()) {
            judge.find(name).filter(expected::contains).ifPresent(subscribed::add);
        }
        return subscribed;
    }

    private Optional<String> unsettled(
            String group, List<GroupMember> members, Set<PartitionId> partitions, ToLongFunction<PartitionId> end) {
        TreeMap<PartitionId, Integer> readers = new TreeMap<>();
        members.forEach(member -> member.reads().forEach(partition -> readers.merge(partition, 1, Integer::sum)));
        for (PartitionId partition : partitions) {
            int count = readers.getOrDefault(partition, 0);
            if (count != 1) {
                return Optional.of(count + " members of " + group + " read " + partition);
            }
            long committed = judge.committed(group, partition).orElse(Long.MAX_VALUE);
            if (committed < end.applyAsLong(partition)) {
                return Optional.of(group + " has committed " + partition + " to " + committed + " of "
                        + end.applyAsLong(partition));
            }
        }
        int most =
                members.stream().mapToInt(member -> member.reads().size()).max().orElse(0);
        int least =
                members.stream().mapToInt(member -> member.reads().size()).min().orElse(0);
        return most - least <= 1
                ? Optional.empty()
                : Optional.of("members of " + group + " read " + least + " to " + most + " partitions");
    }
}
