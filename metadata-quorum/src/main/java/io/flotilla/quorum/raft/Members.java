package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;

/** The members of a division with their progress, gathered from the several places where Ratis keeps it. */
final class Members {

    private static final long UNKNOWN = -1;

    private Members() {}

    /** In the order of their ids. */
    static List<MemberProgress> of(RaftServer.Division division) {
        Map<String, Long> commits = new HashMap<>();
        for (CommitInfoProto info : division.getCommitInfos()) {
            commits.put(info.getServer().getId().toStringUtf8(), info.getCommitIndex());
        }
        Map<String, Follower> followers = followers(division.getInfo());
        String self = division.getId().toString();
        Map<Integer, MemberProgress> members = new TreeMap<>();
        followers.forEach((id, follower) -> {
            Voter node = Voter.parse(id + "@" + follower.endpoint());
            members.put(node.id(), follower.progress(node, false, commits.getOrDefault(id, UNKNOWN)));
        });
        if (division.getInfo().isLeader()) {
            followers.put(self, new Follower("", division.getRaftLog().getNextIndex() - 1, 0));
        }
        for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
            String id = peer.getId().toString();
            Voter voter = Peers.voter(peer);
            Follower follower = followers.getOrDefault(id, Follower.UNHEARD);
            members.put(voter.id(), follower.progress(voter, true, commits.getOrDefault(id, UNKNOWN)));
        }
        return List.copyOf(members.values());
    }

    private record Follower(String endpoint, long matchIndex, long lastContactMs) {
        static final Follower UNHEARD = new Follower("", UNKNOWN, UNKNOWN);

        MemberProgress progress(Voter voter, boolean votes, long commitIndex) {
            return new MemberProgress(voter, votes, matchIndex, commitIndex, lastContactMs);
        }
    }

    /** Ratis lists contacts and match indices in the same order, one per log appender; empty where not leading. */
    private static Map<String, Follower> followers(DivisionInfo info) {
        long[] matches = info.getFollowerMatchIndices();
        List<ServerRpcProto> contacts = info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
        Map<String, Follower> followers = new HashMap<>();
        if (matches == null || matches.length != contacts.size()) {
            return followers;
        }
        for (int i = 0; i < matches.length; i++) {
            RaftPeerProto peer = contacts.get(i).getId();
            followers.put(
                    peer.getId().toStringUtf8(),
                    new Follower(peer.getAddress(), matches[i], contacts.get(i).getLastRpcElapsedTimeMs()));
        }
        return followers;
    }
}
