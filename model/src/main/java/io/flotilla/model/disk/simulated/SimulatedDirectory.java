package io.flotilla.model.disk.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Names and what they stand for: as the process sees them, and as a power loss would leave them. */
final class SimulatedDirectory implements SimulatedNode {
    private TreeMap<String, SimulatedNode> entries = new TreeMap<>();
    private TreeMap<String, SimulatedNode> stored = new TreeMap<>();
    private final List<Consumer<Map<String, SimulatedNode>>> unsynced = new ArrayList<>();

    List<String> names() {
        return List.copyOf(entries.keySet());
    }

    @Nullable
    SimulatedNode get(String name) {
        return entries.get(name);
    }

    /** The node of the name if a power loss leaves it there for certain. */
    @Nullable
    SimulatedNode getStored(String name) {
        var node = stored.get(name);
        return node != null && node == entries.get(name) ? node : null;
    }

    void put(String name, SimulatedNode node) {
        change(map -> map.put(name, node));
    }

    void remove(String name) {
        change(map -> map.remove(name));
    }

    void rename(String from, String to) {
        var node = Objects.requireNonNull(entries.get(from));
        change(map -> {
            map.remove(from);
            map.put(to, node);
        });
    }

    private void change(Consumer<Map<String, SimulatedNode>> change) {
        change.accept(entries);
        unsynced.add(change);
    }

    void sync() {
        stored = new TreeMap<>(entries);
        unsynced.clear();
    }

    @Override
    public void crash(Random random) {
        int survivors = random.nextInt(unsynced.size() + 1);
        unsynced.subList(0, survivors).forEach(change -> change.accept(stored));
        unsynced.clear();
        entries = new TreeMap<>(stored);
        entries.values().forEach(node -> node.crash(random));
    }
}
