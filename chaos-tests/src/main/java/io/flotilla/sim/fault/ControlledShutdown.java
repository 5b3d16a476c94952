package io.flotilla.sim.fault;

import io.flotilla.sim.node.Node;

/** An operator stops a node in good order, and starts it again. */
final class ControlledShutdown implements Fault {
    @Override
    public String kind() {
        return "controlled-shutdown";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        if (!node.running()) {
            return false;
        }
        node.shutDown();
        site.mendAfter(site.between(500, 15_000), () -> {
            node.kill();
            node.start();
        });
        return true;
    }
}
