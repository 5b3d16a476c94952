package io.flotilla.sim.check;

import java.util.ArrayDeque;

/** What parts of the product, or those who watch them, found to be wrong, until somebody looks. One thread. */
public final class Complaints {
    private record Complaint(String predicate, String what) {}

    private final ArrayDeque<Complaint> open = new ArrayDeque<>();

    /** Something is wrong, by a rule of this name. */
    public void add(String predicate, String what) {
        open.add(new Complaint(predicate, what));
    }

    /** Throws if there was a complaint. */
    public void look() {
        Complaint first = open.peek();
        if (first != null) {
            throw new Violation(first.predicate(), first.what());
        }
    }
}
