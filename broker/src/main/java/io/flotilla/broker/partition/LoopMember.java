package io.flotilla.broker.partition;

/** Something that lives on a loop. Called by the loop's thread only. */
public interface LoopMember {
    /** The tasks of this turn have run: ask the disk once, acknowledge, answer. */
    void afterTurn(long nowNanos);

    /**
     * Time has passed.
     *
     * @return whether the member needs the next tick too
     */
    boolean onTick(long nowNanos);
}
