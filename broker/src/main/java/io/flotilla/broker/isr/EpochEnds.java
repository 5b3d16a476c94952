package io.flotilla.broker.isr;

/** Finds where leader epochs end in a log. */
@FunctionalInterface
public interface EpochEnds {
    /** The largest epoch of the log that is at most the asked one, and its end. */
    EpochEnd endOf(int askedEpoch);
}
