package io.flotilla.sim.check;

/** A predicate does not hold. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String predicate;

    public Violation(String predicate, String seen) {
        super(predicate + ": " + seen);
        this.predicate = predicate;
    }

    /** Name of the predicate. */
    public String predicate() {
        return predicate;
    }
}
