package io.flotilla.sim.fault;

/** One kind of fault. Has no state of its own: what it breaks, it lets the site mend later. */
public interface Fault {
    /** For statistics, in words with dashes. */
    String kind();

    /** Strikes somewhere, as the site's chance has it; answers whether it found something to break. */
    boolean strike(Site site);
}
