package io.flotilla.quorum.raft;

/** Switches leader-only soft state on and off; called in order, one call at a time, in the lent pool. */
public interface LeadershipListener {

    /** This node leads, and has applied everything that was committed before its term. */
    void leaderReady(long term);

    /** This node no longer leads; what it decides from now on would be refused. Only after a {@code leaderReady}. */
    void notLeader();
}
