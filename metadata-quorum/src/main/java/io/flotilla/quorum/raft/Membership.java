package io.flotilla.quorum.raft;

import io.flotilla.quorum.raft.QuorumChange.Verdict;
import io.flotilla.quorum.raft.QuorumStatus.MemberProgress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.JavaUtils;
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
    QuorumChange add(Voter voter, String internalEndpoint, long callId) {
        List<RaftPeer> current = current();
        Optional<QuorumChange> hindrance = hindranceToAdding(voter, current);
        if (hindrance.isPresent()) {
            return hindrance.get();
        }
        List<RaftPeer> changed = new ArrayList<>(current);
        changed.add(Peers.of(voter, internalEndpoint));
        return change(current, changed, callId);
    }

    private static Optional<QuorumChange> hindranceToAdding(Voter voter, List<RaftPeer> current) {
        Optional<Voter> same = current.stream()
                .map(Peers::voter)
                .filter(peer -> peer.id() == voter.id())
                .findFirst();
        if (same.isPresent()) {
            return Optional.of(
                    same.get().address().equals(voter.address())
                            ? new QuorumChange(Verdict.NOT_NEEDED, "node " + voter.id() + " is a voter already")
                            : new QuorumChange(
                                    Verdict.DUPLICATE_VOTER,
                                    "node " + voter.id() + " is a voter already, at "
                                            + same.get().address()
                                            + "; to move it or to replace its disk, remove it first"));
        }
        for (RaftPeer peer : current) {
            if (peer.getAddress().equals(voter.address())) {
                return Optional.of(new QuorumChange(
                        Verdict.DUPLICATE_VOTER, voter.address() + " is the Raft endpoint of voter " + peer.getId()));
            }
        }
        if (current.size() >= RaftConfig.VOTERS_MAX) {
            return Optional.of(new QuorumChange(
                    Verdict.REFUSED,
                    "there are " + current.size() + " voters, and more than " + RaftConfig.VOTERS_MAX
                            + " only make every commit slower; remove one first"));
        }
        return Optional.empty();
    }

    /** Blocks until the voter is no longer counted, or the change was refused. */
    QuorumChange remove(int nodeId, long callId) {
        List<RaftPeer> current = current();
        Optional<QuorumChange> hindrance = hindranceToRemoving(nodeId);
        return hindrance.isPresent() ? hindrance.get() : change(current, without(nodeId, current), callId);
    }

    private static List<RaftPeer> without(int nodeId, List<RaftPeer> current) {
        return current.stream()
                .filter(peer -> !peer.getId().equals(Peers.id(nodeId)))
                .toList();
    }

    /** Why a voter must stay; empty where it may go. */
    Optional<QuorumChange> hindranceToRemoving(int nodeId) {
        List<RaftPeer> current = current();
        List<RaftPeer> changed = without(nodeId, current);
        if (changed.size() == current.size()) {
            return Optional.of(new QuorumChange(
                    Verdict.NOT_NEEDED, "node " + nodeId + " is not among the voters " + ids(current)));
        }
        if (changed.isEmpty()) {
            return Optional.of(new QuorumChange(
                    Verdict.REFUSED,
                    "node " + nodeId + " is the only voter; without it nothing would be decided any more"));
        }
        List<Integer> all = answering();
        if (all.size() < current.size() / 2 + 1) { // the change itself needs the voters of before, too
            return Optional.of(new QuorumChange(
                    Verdict.REFUSED,
                    "of the voters " + ids(current) + " only " + all + " answer now, which is no majority; try again"));
        }
        List<Integer> answering = all.stream().filter(id -> id != nodeId).toList();
        int majority = changed.size() / 2 + 1;
        if (answering.size() < majority) {
            return Optional.of(new QuorumChange(
                    Verdict.REFUSED,
                    "without node " + nodeId + " there would be " + changed.size() + " voters " + ids(changed) + ", "
                            + majority + " of which have to answer, but only " + answering + " do; start the others, or"
                            + " remove one that is gone for good"));
        }
        return Optional.empty();
    }

    /**
     * Voters that have answered lately, this one included. A new leader counts the time before it as such a silence, so
     * that it takes nobody for granted.
     */
    List<Integer> answering() {
        long silenceMs = RaftSettings.electionTimeoutMsMax(server.getProperties());
        int self = Peers.nodeId(division.getId()).orElseThrow();
        return Members.of(division).stream()
                .filter(MemberProgress::votes)
                .filter(member -> member.voter().id() == self
                        || (member.lastContactMs() >= 0 && member.lastContactMs() < silenceMs))
                .map(MemberProgress::voter)
                .map(Voter::id)
                .toList();
    }

    /** Whether this node is (still) a voter; a change that is not committed yet counts already. */
    boolean includesSelf() {
        return includes(Peers.nodeId(division.getId()).orElseThrow());
    }

    boolean hasOthers() {
        return current().size() > 1;
    }

    boolean includes(int nodeId) {
        return current().stream().anyMatch(peer -> peer.getId().equals(Peers.id(nodeId)));
    }

    /** The INTERNAL listener of a voter that has joined; empty for a founder. */
    Optional<String> internalEndpoint(int nodeId) {
        return current().stream()
                .filter(peer -> peer.getId().equals(Peers.id(nodeId)))
                .map(RaftPeer::getClientAddress)
                .filter(endpoint -> endpoint != null && !endpoint.isEmpty())
                .findFirst();
    }

    private List<RaftPeer> current() {
        return List.copyOf(division.getRaftConf().getCurrentPeers());
    }

    static List<Integer> ids(List<RaftPeer> peers) {
        return peers.stream()
                .map(peer -> Peers.nodeId(peer.getId()).orElseThrow())
                .sorted()
                .toList();
    }

    private QuorumChange change(List<RaftPeer> from, List<RaftPeer> to, long callId) {
        RaftConfiguration configuration = division.getRaftConf();
        if (!configuration.getPreviousPeers().isEmpty()) {
            return pending();
        }
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(from)
                .setServersInNewConf(to)
                .build();
        SetConfigurationRequest request = new SetConfigurationRequest(
                client, server.getId(), division.getMemberId().getGroupId(), callId, arguments);
        LOG.info("The voters are to change from {} to {}", ids(from), ids(to));
        Throwable trouble;
        try {
            RaftClientReply reply = server.setConfigurationAsync(request).join();
            trouble = reply.getException();
        } catch (IOException | CompletionException e) {
            trouble = JavaUtils.unwrapCompletionException(e);
        }
        if (trouble == null) {
            LOG.info("The voters are {}", ids(to));
            return new QuorumChange(Verdict.DONE, "the voters are " + ids(to));
        }
        LOG.info("The change of the voters from {} to {} ended with: {}", ids(from), ids(to), trouble.toString());
        return failure(trouble);
    }

    private static QuorumChange failure(Throwable trouble) {
        String why = String.valueOf(trouble.getMessage());
        if (trouble instanceof ReconfigurationTimeoutException) {
            return new QuorumChange(
                    Verdict.FAILED,
                    "the new voter did not take up the log for " + RaftSettings.STAGING_SECONDS
                            + " s and was not added; see its own log for the reason");
        }
        if (trouble instanceof ReconfigurationInProgressException || trouble instanceof SetConfigurationException) {
            return pending();
        }
        // A leader that stops leading answers so for a change that is in its log already, and may yet be made.
        return new QuorumChange(Verdict.UNCERTAIN, "the change may have been made or not: " + why);
    }

    private static QuorumChange pending() {
        return new QuorumChange(
                Verdict.PENDING,
                "another change of the voters is under way, and they change one at a time; wait for it");
    }
}
