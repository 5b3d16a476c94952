package io.flotilla.broker.registration;

import io.flotilla.model.id.Endpoint;
import java.util.List;

/**
 * Where the active controller is believed to be: at the node that was named last, and after a failure at the next of
 * the configured ones. Any thread.
 */
public final class ActiveController {
    private final List<Endpoint> nodes;
    private Endpoint believed;
    private int next;

    /** @param nodes the quorum's nodes, the first to ask first */
    public ActiveController(List<Endpoint> nodes) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("the active controller can be found only among at least one node");
        }
        this.nodes = List.copyOf(nodes);
        this.believed = nodes.get(0);
        this.next = 1;
    }

    public synchronized Endpoint endpoint() {
        return believed;
    }

    /** Someone who should know named it. */
    public synchronized void isAt(Endpoint named) {
        believed = named;
    }

    /** The node did not answer, or said that it is not active; without effect when another is believed in already. */
    public synchronized void isNotAt(Endpoint asked) {
        if (!believed.equals(asked)) {
            return;
        }
        believed = nodes.get(next % nodes.size());
        next = (next + 1) % nodes.size();
        if (believed.equals(asked) && nodes.size() > 1) {
            believed = nodes.get(next);
            next = (next + 1) % nodes.size();
        }
    }
}
