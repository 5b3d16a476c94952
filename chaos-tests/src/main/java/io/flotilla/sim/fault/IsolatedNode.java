package io.flotilla.sim.fault;

import io.flotilla.sim.net.Links;
import io.flotilla.sim.node.Node;

/** A host reaches some of the others no longer: nodes, clients or both, all of them or a part; both ways, or one. */
final class IsolatedNode implements Fault {
    @Override
    public String kind() {
        return "isolate";
    }

    @Override
    public boolean strike(Site site) {
        Links links = site.around().network().links();
        int victim = site.victim().id();
        boolean out = site.random().nextInt(4) > 0;
        boolean in = !out || site.random().nextInt(4) > 0;
        boolean all = site.random().nextBoolean();
        boolean fromClients = site.random().nextInt(3) == 0;
        boolean onlyFromClients = fromClients && site.random().nextBoolean();
        for (int client : fromClients ? site.clients() : new int[0]) {
            cut(site, links, new int[] {victim, client}, out, in);
        }
        for (Node other : site.nodes()) {
            if (other.id() != victim
                    && !onlyFromClients
                    && (all || site.random().nextBoolean())) {
                cut(site, links, new int[] {victim, other.id()}, out, in);
            }
        }
        return true;
    }

    private static void cut(Site site, Links links, int[] ends, boolean out, boolean in) {
        if (out) {
            links.cut(ends[0], ends[1]);
        }
        if (in) {
            links.cut(ends[1], ends[0]);
        }
        site.mendAfter(site.between(500, 9_000), () -> {
            if (out) {
                links.join(ends[0], ends[1]);
            }
            if (in) {
                links.join(ends[1], ends[0]);
            }
        });
    }
}
