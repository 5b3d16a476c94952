package io.flotilla.model.time;

/** Time as a port, so that a simulator can own it. Safe for any thread. */
public interface Clock {
    /** Nanoseconds since an arbitrary moment; never goes back; for durations. */
    long nanos();

    /** Milliseconds since the Unix epoch; may jump; for timestamps that people read. */
    long wallMs();
}
