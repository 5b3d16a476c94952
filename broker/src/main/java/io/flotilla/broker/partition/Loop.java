package io.flotilla.broker.partition;

/**
 * The one thread that owns some partitions, as those who hand it work see it. Safe for any thread, but for what is said
 * to be the loop thread's own.
 */
public interface Loop {
    /**
     * Hands over work that somebody asks for.
     *
     * @return false when the queue is full: nothing will run, and the asker must be refused with OVERLOADED
     */
    boolean offer(Runnable task);

    /**
     * Hands over what the loop waits for: completions, metadata, answers of a leader. Never refused; what may wait is
     * bounded by what the partitions have under way.
     */
    void execute(Runnable task);

    /** Calls the member at the end of the present turn. Loop thread only. */
    void touch(LoopMember member);

    /** Gives the member ticks for as long as it wants them. Loop thread only. */
    void keepTicking(LoopMember member);
}
