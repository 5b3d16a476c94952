package io.flotilla.sim.fault;

import io.flotilla.sim.node.Node;

/** A process is killed; it is back soon, often within its session. */
final class KilledProcess implements Fault {
    @Override
    public String kind() {
        return "kill";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        if (!node.running()) {
            return false;
        }
        node.kill();
        boolean fast = site.random().nextBoolean();
        site.mendAfter(fast ? site.between(10, 1_500) : site.between(1_000, 12_000), node::start);
        return true;
    }
}
