package io.flotilla.sim.fault;

/**
 * Every sync of a disk fails, or a single one, whose bytes no later sync stores; until it is repaired and the node is
 * started anew.
 */
final class FailedSyncs implements Fault {
    @Override
    public String kind() {
        return "sync-error";
    }

    @Override
    public boolean strike(Site site) {
        return DiskTrouble.strike(site, drive -> {
            if (site.random().nextBoolean()) {
                drive.failSyncs(true);
            } else {
                drive.failNextSync();
            }
        });
    }
}
