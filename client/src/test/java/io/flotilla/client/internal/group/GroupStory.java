package io.flotilla.client.internal.group;

import io.flotilla.client.internal.group.GroupTransport.Committed;
import io.flotilla.client.internal.routing.Backoff;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A group's core in simulated time. */
final class GroupStory {
    static final int POLL_MS_MAX = 60_000;

    final SimCoordinators brokers = new SimCoordinators();
    final List<GroupSnapshot> announced = new ArrayList<>();
    final PollDeadline polls = new PollDeadline(TimeUnit.MILLISECONDS.toNanos(POLL_MS_MAX));
    final GroupCore core = new GroupCore(
            new GroupSettings(
                    "billing",
                    new GroupSettings.Place(Optional.empty(), "", ""),
                    Optional.empty(),
                    POLL_MS_MAX,
                    new Backoff.Limits(20, 200)),
            "member",
            new GroupCore.Ports(
                    brokers,
                    () -> List.of(SimCoordinators.ONE, SimCoordinators.TWO),
                    polls,
                    announced::add,
                    new SplittableRandom(1)));
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30); // clocks wrap

    GroupSnapshot snapshot() {
        return announced.isEmpty() ? GroupSnapshot.NONE : announced.get(announced.size() - 1);
    }

    long now() {
        return now;
    }

    /** Does what is due, lets time pass in one step, and does what is due then. */
    GroupStory after(long ms) {
        settle();
        now += TimeUnit.MILLISECONDS.toNanos(ms);
        settle();
        return this;
    }

    private void settle() {
        int steps = 0;
        while (core.advance(now) == 0) {
            if (++steps > 100) {
                throw new AssertionError("there is always more to do at once");
            }
        }
    }

    GroupStory subscribed(String... topics) {
        core.membership().subscribe(new GroupSubscription(List.of(topics), Optional.empty()));
        return after(0);
    }

    /** Subscribed, and told to hold partitions, which the application says that it does. */
    GroupStory holding(int memberEpoch, int... numbers) {
        subscribed("songs");
        brokers.lastFind().listener().answered(SimCoordinators.ONE);
        after(0);
        brokers.lastStream().assign(memberEpoch, numbers);
        own(numbers);
        after(0);
        brokers.lastStream().listener.alive(memberEpoch);
        return this;
    }

    void own(int... numbers) {
        core.membership().own(snapshot().life(), snapshot().revision(), SimCoordinators.partitions(numbers));
    }

    /** Lets time pass in which the coordinator answers each heartbeat. */
    void alive(long ms) {
        for (long passed = 0; passed < ms; passed += 500) {
            SimCoordinators.Stream stream = brokers.lastStream();
            int sent = stream.heartbeats.size();
            after(500);
            for (int i = sent; i < stream.heartbeats.size(); i++) {
                stream.listener.alive(0);
            }
        }
    }

    /** Commits an offset of partition 0 in a life; the answer holds the failures once there is one. */
    List<Map<GroupPartition, FlotillaError>> commit(int life, long offset) {
        List<Map<GroupPartition, FlotillaError>> ended = new ArrayList<>();
        Map<GroupPartition, Committed> offsets = new TreeMap<>();
        SimCoordinators.partitions(0)
                .forEach(partition -> offsets.put(partition, new Committed(offset, OptionalInt.empty(), "")));
        core.commits().commit(life, offsets, 30_000, ended::add);
        after(0);
        return ended;
    }
}
