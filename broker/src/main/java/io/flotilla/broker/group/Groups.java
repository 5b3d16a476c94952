package io.flotilla.broker.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All groups of one partition of {@code __consumer_offsets}, as their records tell. One thread. */
final class Groups {
    private final NavigableMap<String, Group> byName = new TreeMap<>();

    /** The group, or null where there is none. */
    @Nullable
    Group named(String name) {
        return byName.get(name);
    }

    /** In the order of their names. */
    Collection<Group> all() {
        return Collections.unmodifiableCollection(byName.values());
    }

    /** The groups after a name, in order; all after null. */
    Collection<Group> after(@Nullable String name) {
        return Collections.unmodifiableCollection((name == null ? byName : byName.tailMap(name, false)).values());
    }

    void apply(Fact fact) {
        Group group = byName.computeIfAbsent(fact.group(), Group::new);
        group.apply(fact);
        if (group.isNothing()) {
            byName.remove(fact.group());
        }
    }

    /** The whole state as facts; equal states give equal lists. */
    List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        for (Group group : byName.values()) {
            String name = group.name();
            if (group.header() != null) {
                facts.add(new Fact.Header(name, group.header()));
            }
            group.members().forEach((id, member) -> facts.add(new Fact.Member(name, id, member)));
            group.targets().forEach((id, target) -> facts.add(new Fact.Target(name, id, target)));
            group.offsets().forEach((partition, offset) -> facts.add(new Fact.Offset(name, partition, offset)));
        }
        return facts;
    }
}
