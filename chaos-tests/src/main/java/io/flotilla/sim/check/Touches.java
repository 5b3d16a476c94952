package io.flotilla.sim.check;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what an event touches, until somebody looks. One thread. */
public final class Touches {
    private final Set<NodeView> nodes = new LinkedHashSet<>();
    private final Set<ReplicaView> replicas = new LinkedHashSet<>();
    private boolean controller;

    public void controller() {
        controller = true;
    }

    public void node(NodeView node) {
        nodes.add(node);
    }

    public void replica(ReplicaView replica) {
        replicas.add(replica);
    }

    public boolean isEmpty() {
        return !controller && nodes.isEmpty() && replicas.isEmpty();
    }

    /** What came together since the last time. */
    public Touched take() {
        Touched touched = new Touched(controller, List.copyOf(nodes), List.copyOf(replicas));
        controller = false;
        nodes.clear();
        replicas.clear();
        return touched;
    }
}
