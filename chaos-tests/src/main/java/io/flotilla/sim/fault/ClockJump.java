package io.flotilla.sim.fault;

/** A wall clock jumps, forwards or backwards. */
final class ClockJump implements Fault {
    @Override
    public String kind() {
        return "clock-jump";
    }

    @Override
    public boolean strike(Site site) {
        site.victim().jumpClock(site.random().nextInt(240_000) - 120_000);
        return true;
    }
}
