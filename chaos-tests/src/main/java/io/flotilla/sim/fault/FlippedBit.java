package io.flotilla.sim.fault;

import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.node.Node;
import java.util.List;

/** A bit of a stored batch is inverted while its node is down, where another copy is good. */
final class FlippedBit implements Fault {
    @Override
    public String kind() {
        return "bit-flip";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        List<PartitionId> held = site.losses().assigned(node.id());
        if (!node.running() || held.isEmpty()) {
            return false;
        }
        PartitionId partition = held.get(site.random().nextInt(held.size()));
        if (!site.losses().mayDestroy(node.id(), partition)) {
            return false;
        }
        node.kill();
        boolean flipped = node.drives().stream().anyMatch(drive -> drive.flipBit(partition, site.random()));
        if (flipped) {
            site.losses().spoil(node.id(), partition);
            site.around().world().trace().say("fault", "flips a bit of %s on %s", partition, node);
        }
        site.mendAfter(site.between(10, 4_000), node::start);
        return flipped;
    }
}
