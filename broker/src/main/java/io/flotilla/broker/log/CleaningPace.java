package io.flotilla.broker.log;

/** Keeps cleaners within their rate, all of a node's together. Any thread. */
public interface CleaningPace {
    /** As fast as disks and processors are. */
    CleaningPace UNLIMITED = bytes -> true;

    /** Waits until so many bytes more may be read or written; false when the cleaners should end. */
    boolean pay(int bytes);
}
