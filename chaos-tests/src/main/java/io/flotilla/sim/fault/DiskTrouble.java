package io.flotilla.sim.fault;

import io.flotilla.sim.node.Drive;
import io.flotilla.sim.node.Node;
import java.util.function.Consumer;

/** A disk that fails under a running node: the node goes on without it until somebody repairs it. */
final class DiskTrouble {
    private DiskTrouble() {}

    static boolean strike(Site site, Consumer<Drive> failure) {
        Node node = site.victim();
        if (!node.running()) {
            return false;
        }
        Drive drive = node.drives().get(site.random().nextInt(node.drives().size()));
        failure.accept(drive);
        boolean lossy = site.random().nextBoolean();
        site.mendAfter(site.between(500, 9_000), () -> {
            drive.repair();
            if (lossy) {
                node.crash();
            } else {
                node.kill();
            }
            node.start();
        });
        return true;
    }
}
