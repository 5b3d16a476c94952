package io.flotilla.sim.fault;

/** The metadata log gets another leader. */
final class ControllerElection implements Fault {
    @Override
    public String kind() {
        return "controller-election";
    }

    @Override
    public boolean strike(Site site) {
        return site.around().metadata().log().electSomebody();
    }
}
