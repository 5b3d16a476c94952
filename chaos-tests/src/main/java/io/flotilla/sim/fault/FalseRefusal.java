package io.flotilla.sim.fault;

import io.flotilla.sim.net.Links;
import io.flotilla.sim.node.Node;

/** A firewall answers for a living host that nobody listens there, and its connections break. */
final class FalseRefusal implements Fault {
    @Override
    public String kind() {
        return "false-refusal";
    }

    @Override
    public boolean strike(Site site) {
        Links links = site.around().network().links();
        int victim = site.victim().id();
        boolean struck = false;
        for (Node other : site.nodes()) {
            if (other.id() != victim && site.random().nextInt(3) > 0) {
                int from = other.id();
                struck = true;
                links.refuse(from, victim, true);
                site.around().network().wire().reset(from, victim);
                site.mendAfter(site.between(200, 6_000), () -> links.refuse(from, victim, false));
            }
        }
        return struck;
    }
}
