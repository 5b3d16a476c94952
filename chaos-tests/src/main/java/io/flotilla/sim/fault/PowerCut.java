package io.flotilla.sim.fault;

import io.flotilla.sim.node.Node;

/** Machines lose their power: one, some, or all at once. */
final class PowerCut implements Fault {
    @Override
    public String kind() {
        return "power-cut";
    }

    @Override
    public boolean strike(Site site) {
        int count = site.random().nextInt(3) == 0
                ? site.nodes().size()
                : 1 + site.random().nextInt(2);
        for (int i = 0; i < count; i++) {
            Node node = count == site.nodes().size() ? site.nodes().get(i) : site.victim();
            if (node.running()) {
                node.powerOff();
                site.mendAfter(site.between(50, 8_000), () -> {
                    node.powerOn();
                    node.start();
                });
            }
        }
        return true;
    }
}
