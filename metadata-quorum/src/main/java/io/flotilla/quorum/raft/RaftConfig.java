package io.flotilla.quorum.raft;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Everything that one node's membership in the quorum needs to know.
 *
 * @param self who this node is
 * @param listen where the Raft port listens
 * @param voters the founding members, identical on each of them; empty for a node that joins a running quorum. Once the
 *     group has stored its own configuration, that one wins
 * @param directory holds {@code meta.properties} and, below {@code raft/}, the log and the snapshots
 * @param tuning timings and snapshot policy
 */
public record RaftConfig(
        NodeIdentity self, InetSocketAddress listen, List<Voter> voters, Path directory, RaftTuning tuning) {

    /** The largest quorum that is supported; more voters only make every commit slower. */
    public static final int VOTERS_MAX = 5;

    static final String IDENTITY_FILE = "meta.properties";

    public RaftConfig {
        voters = List.copyOf(voters);
        if (voters.size() > VOTERS_MAX) {
            throw new IllegalArgumentException("controller.quorum.voters names " + voters.size() + " voters; at most "
                    + VOTERS_MAX + " work well.");
        }
        Set<Integer> ids = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (Voter voter : voters) {
            if (!ids.add(voter.id()) || !addresses.add(voter.address())) {
                throw new IllegalArgumentException(
                        "controller.quorum.voters repeats an id or an endpoint: " + voters + ".");
            }
        }
        if (!voters.isEmpty() && !ids.contains(self.nodeId())) {
            throw new IllegalArgumentException(
                    "Node " + self.nodeId() + " is not among controller.quorum.voters " + voters + ".");
        }
    }

    /** The same node in the quorum that its directory belongs to. */
    RaftConfig in(UUID quorum) {
        return new RaftConfig(self.in(quorum), listen, voters, directory, tuning);
    }

    Path raftDirectory() {
        return directory.resolve("raft");
    }

    Path groupDirectory() {
        return raftDirectory().resolve(self.quorumId().toString());
    }

    Path identityFile() {
        return directory.resolve(IDENTITY_FILE);
    }
}
