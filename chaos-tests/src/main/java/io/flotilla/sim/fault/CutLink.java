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
        int other = site.anyNode().id();
        if (one == other) {
            return false;
        }
        boolean oneWay = site.random().nextInt(3) == 0;
        links.cut(one, other);
        if (!oneWay) {
            links.cut(other, one);
        }
        site.mendAfter(site.between(100, 10_000), () -> {
            links.join(one, other);
            if (!oneWay) {
                links.join(other, one);
            }
        });
        return true;
    }
}
