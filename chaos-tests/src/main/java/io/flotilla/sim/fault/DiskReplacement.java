package io.flotilla.sim.fault;

import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.sim.node.Drive;
import io.flotilla.sim.node.Node;
import java.util.List;
import java.util.Optional;

/** Puts another disk in the place of a node's, if the promises to clients stand that. */
final class DiskReplacement {
    private DiskReplacement() {}

    /** An empty disk. */
    static boolean byEmpty(Site site) {
        Node node = site.victim();
        return replace(site, node, drive(site, node), Optional.empty());
    }

    /**
     * A copy that was made some time before, in an earlier run of the process: a directory remembers its runs, and no
     * more (R6), so that a copy of the same run is as good as the disk itself to whoever looks.
     */
    static boolean byOlder(Site site) {
        Node node = site.victim();
        if (!node.running()) {
            return false;
        }
        Drive drive = drive(site, node);
        Drive.Copy backup = drive.backup();
        IncarnationId run = node.incarnation();
        site.around().world().at(site.between(200, 10_000), () -> {
            if (!site.isHealed() && node.running() && node.incarnation().equals(run)) {
                node.kill();
                site.mendAfter(site.between(10, 1_000), node::start);
            }
        });
        site.around().world().at(site.between(10_000, 16_000), () -> {
            if (!node.incarnation().equals(run) && node.brokerEpoch() >= 0) {
                if (replace(site, node, drive, Optional.of(backup))) {
                    site.struck(RolledBackDisk.KIND);
                }
            }
        });
        return false; // it counts when the copy takes its place
    }

    private static Drive drive(Site site, Node node) {
        return node.drives().get(site.random().nextInt(node.drives().size()));
    }

    private static boolean replace(Site site, Node node, Drive drive, Optional<Drive.Copy> by) {
        List<PartitionId> assigned = site.losses().assigned(node.id());
        boolean legal = assigned.stream().allMatch(partition -> site.losses().mayDestroy(node.id(), partition));
        if (!legal || site.isHealed() || !node.running() || node.frozen()) {
            return false;
        }
        node.kill();
        assigned.forEach(partition -> site.losses().replace(node.id(), partition));
        drive.replace(by);
        drive.spoiled().stream()
                .filter(assigned::contains)
                .forEach(partition -> site.losses().spoil(node.id(), partition));
        site.around().world().trace().say("fault", "replaces %s", drive);
        site.mendAfter(site.between(10, 6_000), node::start);
        return true;
    }
}
