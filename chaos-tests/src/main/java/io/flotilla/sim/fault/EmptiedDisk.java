package io.flotilla.sim.fault;

/** A disk is replaced by an empty one while its node is down. */
final class EmptiedDisk implements Fault {
    @Override
    public String kind() {
        return "disk-emptied";
    }

    @Override
    public boolean strike(Site site) {
        return DiskReplacement.byEmpty(site);
    }
}
