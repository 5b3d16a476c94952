package io.flotilla.sim.fault;

import io.flotilla.sim.quorum.LogFaults;
import io.flotilla.sim.quorum.MetadataLog;

/** The metadata log refuses, loses, doubts or doubles commands for a while, and lags. */
final class CarelessLog implements Fault {
    @Override
    public String kind() {
        return "careless-log";
    }

    @Override
    public boolean strike(Site site) {
        MetadataLog log = site.around().metadata().log();
        log.behave(LogFaults.drawn(site.random()));
        site.mendAfter(site.between(1_000, 10_000), () -> log.behave(LogFaults.none()));
        return true;
    }
}
