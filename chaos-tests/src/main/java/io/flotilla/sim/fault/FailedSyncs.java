package io.flotilla.sim.fault;

/** Every sync of a disk fails, until it is repaired and the node is started anew. */
final class FailedSyncs implements Fault {
    @Override
    public String kind() {
        return "sync-error";
    }

    @Override
    public boolean strike(Site site) {
        return DiskTrouble.strike(site, drive -> drive.failSyncs(true));
    }
}
