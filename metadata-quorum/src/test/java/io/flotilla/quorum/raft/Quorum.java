package io.flotilla.quorum.raft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;

/** A quorum of one to five nodes in this JVM, on loopback, each with a directory of its own. */
final class Quorum implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(10);
    static final String CLUSTER = "test-cluster";

    /** A voter that is alone need not fear a hasty election. */
    private static final RaftTuning.ElectionTiming ALONE = new RaftTuning.ElectionTiming(100, 200);

    private final List<Voter> voters;
    private final Path directory;
    private final RaftTuning tuning;
    private final Map<Integer, Member> members = new ConcurrentSkipListMap<>();

    private Quorum(List<Voter> voters, Path directory, RaftTuning tuning) {
        this.voters = voters;
        this.directory = directory;
        this.tuning = tuning;
    }

    /** Started, with a leader that is ready. */
    static Quorum of(int size, Path directory, RaftTuning tuning) throws IOException {
        Quorum quorum = new Quorum(freeVoters(size), directory, tuning);
        for (Voter voter : quorum.voters) {
            quorum.start(voter.id());
        }
        quorum.leader();
        return quorum;
    }

    static Quorum of(int size, Path directory) throws IOException {
        return of(size, directory, tuning(size, RaftTuning.SnapshotPolicy.defaults()));
    }

    /** Elections that a busy machine does not provoke, for tests in which the leader has to stay. */
    static RaftTuning calm() {
        return new RaftTuning(new RaftTuning.ElectionTiming(1_500, 3_000), RaftTuning.SnapshotPolicy.defaults());
    }

    static RaftTuning tuning(int voters, RaftTuning.SnapshotPolicy snapshots) {
        return new RaftTuning(voters == 1 ? ALONE : RaftTuning.ElectionTiming.defaults(), snapshots);
    }

    /** Endpoints on ports that were free a moment ago. */
    static List<Voter> freeVoters(int size) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < size; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return IntStream.range(0, size)
                    .mapToObj(i -> new Voter(i + 1, "127.0.0.1", held.get(i).getLocalPort()))
                    .toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    Member start(int id) throws IOException {
        Member member = Member.start(config(id));
        members.put(id, member);
        return member;
    }

    /** Starts one that is not among the founders; the leader has yet to add it. */
    Member join(Voter voter) throws IOException {
        return join(voter, NodeIdentity.foundingQuorum(CLUSTER));
    }

    Member join(Voter voter, UUID quorumId) throws IOException {
        RaftConfig config = new RaftConfig(
                new NodeIdentity(CLUSTER, voter.id(), quorumId),
                new InetSocketAddress(voter.host(), voter.port()),
                List.of(),
                directory.resolve("node-" + voter.id()),
                tuning);
        Member member = Member.start(config);
        members.put(voter.id(), member);
        return member;
    }

    RaftConfig config(int id) {
        return configOf(id, voters, directory.resolve("node-" + id), tuning);
    }

    static RaftConfig configOf(int id, List<Voter> voters, Path directory) {
        return configOf(id, voters, directory, tuning(voters.size(), RaftTuning.SnapshotPolicy.defaults()));
    }

    static RaftConfig configOf(int id, List<Voter> voters, Path directory, RaftTuning tuning) {
        Voter self =
                voters.stream().filter(voter -> voter.id() == id).findFirst().orElseThrow();
        return new RaftConfig(
                new NodeIdentity(CLUSTER, id),
                new InetSocketAddress(self.host(), self.port()),
                voters,
                directory,
                tuning);
    }

    /** Waits until exactly one running node leads. */
    Member leader() {
        Await.until("a leader that is ready", () -> leaders().size() == 1);
        return leaders().get(0);
    }

    private List<Member> leaders() {
        return members.values().stream()
                .filter(member -> member.raft().isLeader())
                .toList();
    }

    List<Member> followers() {
        Member leader = leader();
        return members.values().stream().filter(member -> member != leader).toList();
    }

    Member member(int id) {
        return members.get(id);
    }

    List<Member> members() {
        return List.copyOf(members.values());
    }

    void stop(Member member) {
        members.remove(member.id());
        member.close();
    }

    void stopAll() {
        members().parallelStream().forEach(Member::close);
        members.clear();
    }

    @Override
    public void close() {
        stopAll();
    }
}
