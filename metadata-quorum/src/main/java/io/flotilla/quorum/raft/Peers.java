package io.flotilla.quorum.raft;

import java.util.OptionalInt;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.jspecify.annotations.Nullable;

/** Our voters as Ratis's peers, and back. */
final class Peers {

    private Peers() {}

    static RaftPeerId id(int nodeId) {
        return RaftPeerId.valueOf(Integer.toString(nodeId));
    }

    static RaftPeer of(Voter voter) {
        return RaftPeer.newBuilder()
                .setId(id(voter.id()))
                .setAddress(voter.address())
                .build();
    }

    /**
     * As {@link #of}, with where clients of this controller connect: the configuration is all that the others know of
     * one that has joined.
     */
    static RaftPeer of(Voter voter, String internalEndpoint) {
        return RaftPeer.newBuilder(of(voter)).setClientAddress(internalEndpoint).build();
    }

    static Voter voter(RaftPeer peer) {
        return Voter.parse(peer.getId() + "@" + peer.getAddress());
    }

    static OptionalInt nodeId(@Nullable RaftPeerId id) {
        return id == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(id.toString()));
    }
}
