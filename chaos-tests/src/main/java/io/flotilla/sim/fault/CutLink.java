package io.flotilla.sim.fault;

import io.flotilla.sim.net.Links;

/** Two hosts do not reach each other, or one of them does not reach the other. */
final class CutLink implements Fault {
    @Override
    public String kind() {
        return "cut-link";
    }

    @Override
    public boolean strike(Site site) {
        Links links = site.around().network().links();
        int one = site.victim().id();
        int other = site.anyPeer(one);
        int ways = site.random().nextInt(4); // 0: only there, 1: only back
        if (ways != 1) {
            links.cut(one, other);
        }
        if (ways != 0) {
            links.cut(other, one);
        }
        site.mendAfter(site.between(100, 10_000), () -> {
            if (ways != 1) {
                links.join(one, other);
            }
            if (ways != 0) {
                links.join(other, one);
            }
        });
        return true;
    }
}
