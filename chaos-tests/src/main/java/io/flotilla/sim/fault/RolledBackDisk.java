package io.flotilla.sim.fault;

/** A disk is replaced by an older copy of itself while its node is down. */
final class RolledBackDisk implements Fault {
    static final String KIND = "disk-rolled-back";

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean strike(Site site) {
        return DiskReplacement.byOlder(site);
    }
}
