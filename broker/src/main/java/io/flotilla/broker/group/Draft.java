package io.flotilla.broker.group;

import io.flotilla.broker.group.Decision.Nothing;
import io.flotilla.model.error.FlotillaError;
import java.util.ArrayList;
import java.util.List;

/** A decision in the making. Every fact is part of the state as soon as it is added, and a record of the decision. */
final class Draft {
    private final Groups groups;
    private final List<GroupRecord> records = new ArrayList<>();
    private final List<Push> pushes = new ArrayList<>();

    Draft(Groups groups) {
        this.groups = groups;
    }

    void add(Fact fact) {
        groups.apply(fact);
        records.add(GroupRecords.encode(fact));
    }

    void push(Push push) {
        pushes.add(push);
    }

    /** How many records there are so far. */
    int size() {
        return records.size();
    }

    <R> Decision<R> give(R answer) {
        return new Decision<>(records, new Decision.Given<>(answer), pushes);
    }

    Decision<Nothing> done() {
        return give(Nothing.NOTHING);
    }

    static <R> Decision<R> refuse(FlotillaError error) {
        return new Decision<>(List.of(), new Decision.Refused<>(error), List.of());
    }

    /** An answer that changes nothing. */
    static <R> Decision<R> answer(R answer) {
        return new Decision<>(List.of(), new Decision.Given<>(answer), List.of());
    }
}
