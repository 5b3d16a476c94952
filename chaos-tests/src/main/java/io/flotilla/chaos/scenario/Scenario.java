package io.flotilla.chaos.scenario;

import io.flotilla.chaos.fault.Target;
import io.flotilla.chaos.history.Mop;
import java.util.Arrays;
import java.util.Optional;

/** A story that can be run by name. */
public enum Scenario {
    KILL_LEADER("kill-leader", "kill -9 the leader of a partition, again and again", Target.PARTITION_LEADER),
    KILL_CONTROLLER("kill-controller", "kill -9 the active controller, again and again", Target.ACTIVE_CONTROLLER);

    private final String name;
    private final String description;
    private final Target target;

    Scenario(String name, String description, Target target) {
        this.name = name;
        this.description = description;
        this.target = target;
    }

    public String description() {
        return description;
    }

    public Target target() {
        return target;
    }

    /**
     * What a run must amount to: the kills that it must have move the leadership that they aim at, but for one in
     * three, because a leadership can leave its node between the question and the kill.
     */
    public Mop.Expectation expectation(int replicas, int kills) {
        int moves = kills - kills / 3;
        return switch (target) {
            case PARTITION_LEADER -> new Mop.Expectation(replicas, kills, moves, 0);
            case ACTIVE_CONTROLLER -> new Mop.Expectation(replicas, kills, 0, moves);
        };
    }

    public static Optional<Scenario> named(String name) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.name.equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return name;
    }
}
