package io.flotilla.quorum.raft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the voters one at a time: two majorities that differ by one voter always overlap. Each change names the
 * voters that it was decided on, so that of two concurrent ones at most one is taken.
 */
final class Membership {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final RaftServer server;
    private final RaftServer.Division division;
    private final ClientId client;

    Membership(RaftServer server, RaftServer.Division division, ClientId client) {
        this.server = server;
        this.division = division;
        this.client = client;
    }

    /** Blocks until the voter has caught up and is counted, or the change was refused. */
    boolean add(Voter voter, long callId) {
        List<RaftPeer> current = current();
        if (current.size() >= RaftConfig.VOTERS_MAX
                || current.stream().anyMatch(peer -> peer.getId().equals(Peers.id(voter.id())))) {
            LOG.info("Voter {} was not added to {}", voter, current);
            return false;
        }
        List<RaftPeer> changed = new ArrayList<>(current);
        changed.add(Peers.of(voter));
        return change(current, changed, callId);
    }

    /** Blocks until the voter is no longer counted, or the change was refused; never removes the last one. */
    boolean remove(int nodeId, long callId) {
        List<RaftPeer> current = current();
        List<RaftPeer> changed = current.stream()
                .filter(peer -> !peer.getId().equals(Peers.id(nodeId)))
                .toList();
        if (changed.isEmpty() || changed.size() == current.size()) {
            LOG.info("Voter {} was not removed from {}", nodeId, current);
            return false;
        }
        return change(current, changed, callId);
    }

    /** Whether this node is (still) a voter. */
    boolean includesSelf() {
        return division.getRaftConf().getPeer(division.getId()) != null;
    }

    private List<RaftPeer> current() {
        return List.copyOf(division.getRaftConf().getCurrentPeers());
    }

    private boolean change(List<RaftPeer> from, List<RaftPeer> to, long callId) {
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(from)
                .setServersInNewConf(to)
                .build();
        SetConfigurationRequest request = new SetConfigurationRequest(
                client, server.getId(), division.getMemberId().getGroupId(), callId, arguments);
        try {
            RaftClientReply reply = server.setConfigurationAsync(request).join();
            if (!reply.isSuccess()) {
                LOG.info(
                        "The voters were not changed from {} to {}: {}",
                        from,
                        to,
                        String.valueOf(reply.getException()));
            }
            return reply.isSuccess();
        } catch (IOException | CompletionException e) {
            LOG.info("The voters were not changed from {} to {}: {}", from, to, e.getMessage());
            return false;
        }
    }
}
