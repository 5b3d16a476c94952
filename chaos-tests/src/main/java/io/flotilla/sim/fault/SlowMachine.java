package io.flotilla.sim.fault;

import io.flotilla.sim.node.Node;

/** Threads and disks of a machine take much longer than usual. */
final class SlowMachine implements Fault {
    @Override
    public String kind() {
        return "slow";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        node.slowBy(5 + site.random().nextInt(200));
        site.mendAfter(site.between(500, 8_000), () -> node.slowBy(1));
        return true;
    }
}
