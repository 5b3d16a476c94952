package io.flotilla.sim.fault;

import io.flotilla.sim.node.Node;

/**
 * A machine reboots by itself: what was not synced is lost in part, and peers hear of it. Often in the middle of a
 * write of several operations, or of its start.
 */
final class CrashedMachine implements Fault {
    private static final int OPERATIONS_MAX = 12;
    private static final int START_OPERATIONS_MAX = 60;

    @Override
    public String kind() {
        return "crash";
    }

    @Override
    public boolean strike(Site site) {
        Node node = site.victim();
        if (!node.running()) {
            return false;
        }
        boolean fast = site.random().nextBoolean();
        long backNanos = fast ? site.between(10, 1_500) : site.between(1_000, 12_000);
        if (site.random().nextBoolean()) {
            node.crash();
            site.mendAfter(backNanos, () -> startAgain(site, node));
        } else {
            // In a crash that the end of all faults comes before, the node is running, and is left alone.
            node.crashBetweenWrites(
                    site.random().nextInt(OPERATIONS_MAX),
                    () -> site.mendAfter(backNanos, () -> startAgain(site, node)));
        }
        return true;
    }

    /** Sometimes it does not get through its start. */
    private static void startAgain(Site site, Node node) {
        node.start();
        if (!site.isHealed() && site.random().nextInt(4) == 0) {
            node.crashBetweenWrites(
                    site.random().nextInt(START_OPERATIONS_MAX),
                    () -> site.mendAfter(site.between(10, 1_500), node::start));
        }
    }
}
