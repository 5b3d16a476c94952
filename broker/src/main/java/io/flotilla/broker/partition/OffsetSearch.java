package io.flotilla.broker.partition;

/** An offset that is known or can now be looked for; looking may read the disk, so not on the loop. */
@FunctionalInterface
public interface OffsetSearch {
    /** Looks. Throws what {@link io.flotilla.broker.log.LogView} throws. */
    OffsetAnswer run();
}
