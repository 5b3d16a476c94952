package io.flotilla.broker.coordinator;

import io.flotilla.broker.group.Assignment;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a member was told on its stream. */
final class HeardStream implements MemberStream {
    private final List<Assignment> assignments = new ArrayList<>();
    private Optional<FlotillaError> end = Optional.empty();
    private int welcomes;
    private int heartbeats;
    private boolean left;

    boolean isWelcome() {
        return welcomes > 0;
    }

    int heartbeats() {
        return heartbeats;
    }

    boolean hasLeft() {
        return left;
    }

    Optional<FlotillaError> ended() {
        return end;
    }

    List<Assignment> assignments() {
        return List.copyOf(assignments);
    }

    Assignment last() {
        return assignments.get(assignments.size() - 1);
    }

    /** Partitions of all topics in the last assignment. */
    List<Integer> partitions() {
        return assignments.isEmpty()
                ? List.of()
                : last().topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .toList();
    }

    @Override
    public void welcome(Assignment assignment) {
        welcomes++;
        assignments.add(assignment);
    }

    @Override
    public void assign(Assignment assignment) {
        assignments.add(assignment);
    }

    @Override
    public void heard(int memberEpoch) {
        heartbeats++;
    }

    @Override
    public void left() {
        left = true;
    }

    @Override
    public void end(FlotillaError error) {
        end = Optional.of(error);
    }
}
