package io.flotilla.sim.check;

import java.util.List;

/**
 * What one event has changed.
 *
 * @param controller whether the committed metadata changed
 * @param nodes nodes that started, ended, registered or applied metadata
 * @param replicas replicas of which a number, the role or the leadership's state changed, on running nodes
 */
public record Touched(boolean controller, List<NodeView> nodes, List<ReplicaView> replicas) {
    public Touched {
        nodes = List.copyOf(nodes);
        replicas = List.copyOf(replicas);
    }

    /** Whether nothing of interest changed. */
    public boolean isEmpty() {
        return !controller && nodes.isEmpty() && replicas.isEmpty();
    }
}
