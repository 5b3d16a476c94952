package io.flotilla.sim.fault;

import io.flotilla.sim.net.Links;

/** Packets one way take long, for a while. */
final class CloggedLink implements Fault {
    @Override
    public String kind() {
        return "clog";
    }

    @Override
    public boolean strike(Site site) {
        Links links = site.around().network().links();
        int one = site.victim().id();
        int other = site.anyPeer(one);
        links.clog(one, other, site.between(20, 1_500));
        site.mendAfter(site.between(500, 8_000), () -> links.clog(one, other, 0));
        return true;
    }
}
