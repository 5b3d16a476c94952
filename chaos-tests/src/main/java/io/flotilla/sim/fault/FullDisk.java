package io.flotilla.sim.fault;

import io.flotilla.sim.node.Drive;
import io.flotilla.sim.node.Node;

/** A disk has no room left, or hardly any, for a while. */
final class FullDisk implements Fault {
    @Override
    public String kind() {
        return "disk-full";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        Drive drive = node.drives().get(site.random().nextInt(node.drives().size()));
        drive.fill(site.random().nextInt(3_000));
        site.mendAfter(site.between(500, 6_000), drive::repair);
        return true;
    }
}
