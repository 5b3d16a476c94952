package io.flotilla.quorum.raft;

import java.util.List;
import java.util.OptionalInt;

/**
 * The quorum as this node sees it now.
 *
 * @param leader the current leader's node id, where known
 * @param term the current term
 * @param commitIndex everything up to here is committed, as far as this node knows
 * @param appliedIndex everything up to here is in this node's state; at most {@code commitIndex}
 * @param members the voters, and who is to become one; on the leader with the followers' progress
 */
public record QuorumStatus(
        OptionalInt leader, long term, long commitIndex, long appliedIndex, List<MemberProgress> members) {

    public QuorumStatus {
        members = List.copyOf(members);
    }

    /** The voters, without those that a change under way is about to add or has just removed. */
    public List<MemberProgress> voters() {
        return members.stream().filter(MemberProgress::votes).toList();
    }

    /** Nodes that follow the log and do not vote: a new one catches up so. Only the leader knows them. */
    public List<MemberProgress> observers() {
        return members.stream().filter(member -> !member.votes()).toList();
    }

    /**
     * How far one node is.
     *
     * @param votes whether it counts for a majority
     * @param matchIndex the voter's log equals the leader's up to here; -1 where unknown (only the leader knows)
     * @param commitIndex the voter's own commit index as last heard; -1 where unknown
     * @param lastContactMs milliseconds since the leader last heard from the voter; -1 where unknown
     */
    public record MemberProgress(Voter voter, boolean votes, long matchIndex, long commitIndex, long lastContactMs) {}
}
