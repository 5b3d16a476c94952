package io.flotilla.sim.fault;

/** Every write to a disk fails, until it is repaired and the node is started anew. */
final class FailedWrites implements Fault {
    @Override
    public String kind() {
        return "disk-error";
    }

    @Override
    public boolean strike(Site site) {
        return DiskTrouble.strike(site, drive -> drive.failWrites(true));
    }
}
