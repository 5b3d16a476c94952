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
 * Ratis's gRPC transport, with a leader that tells its followers what is committed as it should: at once, and never
 * what they have not compared. Ratis itself makes it by the name of its class.
 *
 * <p><b>At once.</b> A leader of Ratis 3.3.0 wakes up when an entry is committed, finds no newer entry to send, and
 * says nothing until the next heartbeat, half an election timeout later. Whatever reads its metadata from a follower is
 * late by so much: brokers that become leaders, and clients that look for them.
 *
 * <p><b>Only what was compared.</b> A follower commits up to the leader's commit index, but not past the end of what
 * the request compared. Where a request begins at the log's very first entry it counts that end one too high: a
 * heartbeat of that kind commits entry 0 unseen. When the first elections of a cluster collide, entry 0 can come from a
 * leader that failed; committed, it can never be replaced, and that voter takes no entry any more while the quorum
 * seems whole.
 */
public final class QuorumRpc implements RpcType {
    private static final long NOTHING = -1;

    @Override
    public String name() {
        return QuorumRpc.class.getName();
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

    /** Sends one follower the leader's log; used by its own thread. */
    private static final class Appender extends GrpcLogAppender {
        private long commitTold = NOTHING;

        Appender(RaftServer.Division server, LeaderState state, FollowerInfo follower) {
            super(server, state, follower);
        }

        @Override
        public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
                throws RaftLogIOException {
            AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat);
            if (request == null && getRaftLog().getLastCommittedIndex() > commitTold && !hasPendingDataRequests()) {
                request = super.newAppendEntriesRequest(callId, true);
            }
            return request == null ? null : told(bounded(request));
        }

        private AppendEntriesRequestProto told(AppendEntriesRequestProto request) {
            commitTold = Math.max(commitTold, request.getLeaderCommit());
            return request;
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
