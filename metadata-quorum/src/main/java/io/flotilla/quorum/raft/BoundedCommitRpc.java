package io.flotilla.quorum.raft;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.jspecify.annotations.Nullable;

/**
 * Ratis's gRPC transport, with a leader that never lets a follower commit an entry that it has not compared. Ratis
 * itself makes it by the name of its class.
 *
 * <p>A follower of Ratis 3.3.0 commits up to the leader's commit index, but not past the end of what the request
 * compared. Where a request begins at the log's very first entry it counts that end one too high: a heartbeat of that
 * kind commits entry 0 unseen. When the first elections of a cluster collide, entry 0 can come from a leader that
 * failed; committed, it can never be replaced, and that voter takes no entry any more while the quorum seems whole.
 */
public final class BoundedCommitRpc implements RpcType {
    private static final long NOTHING = -1;

    @Override
    public String name() {
        return BoundedCommitRpc.class.getName();
    }

    @Override
    public RpcFactory newFactory(Parameters parameters) {
        return new GrpcFactory(parameters) {
            @Override
            public LogAppender newLogAppender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
                return new Appender(server, state, follower);
            }
        };
    }

    private static final class Appender extends GrpcLogAppender {
        Appender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            super(server, state, follower);
        }

        @Override
        public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
                throws RaftLogIOException {
            AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat);
            return request == null ? null : bounded(request);
        }
    }

    /** The request, with a commit index that lies within what it compares. */
    static AppendEntriesRequestProto bounded(AppendEntriesRequestProto request) {
        long compared = request.getEntriesCount() + NOTHING;
        return request.hasPreviousLog() || request.getLeaderCommit() <= compared
                ? request
                : request.toBuilder().setLeaderCommit(compared).build();
    }
}
