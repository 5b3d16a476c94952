package io.flotilla.sim.fault;

/** All connections between two hosts break at once. */
final class ResetConnections implements Fault {
    @Override
    public String kind() {
        return "reset";
    }

    @Override
    public boolean strike(Site site) {
        int one = site.victim().id();
        int other = site.anyPeer(one);
        site.around().network().wire().reset(one, other);
        return true;
    }
}
