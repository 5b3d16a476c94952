package io.flotilla.quorum.feed;

import java.util.Optional;

/** Who the active controller is, as far as this node knows. Answers at once, on any thread. */
@FunctionalInterface
public interface ControllerLocator {
    Optional<Location> active();

    /**
     * A controller node.
     *
     * @param endpoint its internal listener as "host:port"; empty where unknown
     */
    record Location(int nodeId, String endpoint) {}
}
