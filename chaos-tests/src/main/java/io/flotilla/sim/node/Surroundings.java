package io.flotilla.sim.node;

import io.flotilla.sim.check.Complaints;
import io.flotilla.sim.check.Touches;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.net.Links;
import io.flotilla.sim.quorum.CommittedHistory;
import io.flotilla.sim.quorum.MetadataLog;
import io.flotilla.sim.rpc.Wire;
import io.flotilla.sim.world.World;

/** What nodes live in: one for all of a cluster. */
public record Surroundings(World world, Network network, Metadata metadata, NodeSettings settings, Watch watch) {
    /** Hosts and what connects them. */
    public record Network(Links links, Wire wire) {}

    /** The metadata log that the voters share, and what is committed there. */
    public record Metadata(MetadataLog log, CommittedHistory history) {}

    /** Who hears of what happens. */
    public record Watch(Witness witness, Touches touches, Complaints complaints) {}
}
