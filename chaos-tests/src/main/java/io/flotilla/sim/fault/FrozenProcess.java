package io.flotilla.sim.fault;

import io.flotilla.sim.node.Node;

/** A process stands still, for up to three sessions. */
final class FrozenProcess implements Fault {
    @Override
    public String kind() {
        return "freeze";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        if (!node.running() || node.frozen()) {
            return false;
        }
        node.freeze(site.random().nextBoolean() ? site.between(50, 2_500) : site.between(2_500, 9_000));
        site.mendAfter(site.between(9_000, 9_000), node::thaw);
        return true;
    }
}
