package io.flotilla.sim.client;

import io.flotilla.client.internal.routing.PartitionName;
import io.flotilla.model.id.Endpoint;
import io.flotilla.sim.check.Ghosts;
import io.flotilla.sim.check.Witness;
import io.flotilla.sim.rpc.Wire;
import io.flotilla.sim.world.World;
import java.util.List;

/**
 * What all clients of a run share.
 *
 * @param bootstrap where they begin to ask
 * @param names partitions that they write and read
 * @param judge who hears what they are told, and what it remembers
 */
public record Load(World world, Wire wire, List<Endpoint> bootstrap, List<PartitionName> names, Judge judge) {
    public Load {
        bootstrap = List.copyOf(bootstrap);
        names = List.copyOf(names);
    }

    /** The same for other partitions, and another judge. */
    public Load of(List<PartitionName> others, Witness witness) {
        return new Load(world, wire, bootstrap, others, new Judge(witness, judge.ghosts()));
    }

    /** Who hears what clients are told, and what is remembered of it. */
    public record Judge(Witness witness, Ghosts ghosts) {}
}
