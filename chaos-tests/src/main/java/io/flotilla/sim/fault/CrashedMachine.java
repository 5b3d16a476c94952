package io.flotilla.sim.fault;

import io.flotilla.sim.node.Node;

/** A machine reboots by itself: what was not synced is lost in part, and peers hear of it. */
final class CrashedMachine implements Fault {
    @Override
    public String kind() {
        return "crash";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        if (!node.running()) {
            return false;
        }
        node.crash();
        boolean fast = site.random().nextBoolean();
        site.mendAfter(fast ? site.between(10, 1_500) : site.between(1_000, 12_000), node::start);
        return true;
    }
}
