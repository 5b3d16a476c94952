package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;

/** The voters of a division with their progress, gathered from the several places where Ratis keeps it. */
final class Members {

    private static final long UNKNOWN = -1;

    private Members() {}

    static List<MemberProgress> of(RaftServer.Division division) {
        Map<String, Long> commits = new HashMap<>();
        for (CommitInfoProto info : division.getCommitInfos()) {
            commits.put(info.getServer().getId().toStringUtf8(), info.getCommitIndex());
        }
        Map<String, Follower> followers = followers(division.getInfo());
        String self = division.getId().toString();
        boolean leads = division.getInfo().isLeader();
        long lastIndex = division.getRaftLog().getNextIndex() - 1;
        return division.getRaftConf().getAllPeers().stream()
                .map(peer -> {
                    String id = peer.getId().toString();
                    Follower follower = id.equals(self) && leads
                            ? new Follower(lastIndex, 0)
                            : followers.getOrDefault(id, Follower.UNHEARD);
                    long commit = commits.getOrDefault(id, UNKNOWN);
                    return new MemberProgress(
                            Peers.voter(peer), follower.matchIndex(), commit, follower.lastContactMs());
                })
                .sorted(Comparator.comparingInt(member -> member.voter().id()))
                .toList();
    }

    private record Follower(long matchIndex, long lastContactMs) {
        static final Follower UNHEARD = new Follower(UNKNOWN, UNKNOWN);
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
            ServerRpcProto contact = contacts.get(i);
            followers.put(
                    contact.getId().getId().toStringUtf8(),
                    new Follower(matches[i], contact.getLastRpcElapsedTimeMs()));
        }
        return followers;
    }
}
