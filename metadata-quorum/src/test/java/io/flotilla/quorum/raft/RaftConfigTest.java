package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before anything starts, each with the offending text in the message. */
class RaftConfigTest {

    @Test
    void aVoterIsParsedAndPrintedAlike() {
        assertThat(Voter.parse("3@host.example:9094")).isEqualTo(new Voter(3, "host.example", 9094));
        assertThat(Voter.parse("3@host.example:9094")).hasToString("3@host.example:9094");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1@", "1@host", "1@host:", "@host:1", "x@host:1", "1@host:x", "1@:9094"})
    void aMalformedVoterIsQuoted(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Voter.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("id@host:port");
    }

    @Test
    void aPortOutOfRangeIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Voter.parse("1@host:70000"))
                .withMessageContaining("70000");
    }

    @Test
    void aNodeMustBeAmongItsVoters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(4, "1@a:1", "2@b:1", "3@c:1"))
                .withMessageContaining("Node 4");
    }

    @Test
    void votersMustDifferInIdAndEndpoint() {
        assertThatIllegalArgumentException().isThrownBy(() -> config(1, "1@a:1", "1@b:1"));
        assertThatIllegalArgumentException().isThrownBy(() -> config(1, "1@a:1", "2@a:1"));
    }

    @Test
    void sixVotersAreTooMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(1, "1@a:1", "2@a:2", "3@a:3", "4@a:4", "5@a:5", "6@a:6"))
                .withMessageContaining("6 voters");
    }

    @Test
    void aVoterThatIsAloneWaitsForNobodyBeforeItsFirstElection() {
        assertThat(firstElectionMsMax(config(1, "1@a:1"))).isLessThanOrEqualTo(20);
        assertThat(firstElectionMsMax(config(1, "1@a:1", "2@b:1", "3@c:1"))).isGreaterThanOrEqualTo(300);
    }

    private static long firstElectionMsMax(RaftConfig config) {
        return RaftServerConfigKeys.Rpc.firstElectionTimeoutMax(RaftSettings.of(config, false))
                .toLong(TimeUnit.MILLISECONDS);
    }

    @Test
    void aJoiningNodeNamesNoVoters() {
        assertThat(config(9).voters()).isEmpty();
    }

    @Test
    void theGroupDependsOnTheClusterAlone() {
        assertThat(new NodeIdentity("a", 1).quorumId()).isEqualTo(new NodeIdentity("a", 2).quorumId());
        assertThat(new NodeIdentity("a", 1).quorumId()).isNotEqualTo(new NodeIdentity("b", 1).quorumId());
    }

    private static RaftConfig config(int nodeId, String... voters) {
        List<Voter> parsed = Stream.of(voters).map(Voter::parse).toList();
        InetSocketAddress listen = InetSocketAddress.createUnresolved("127.0.0.1", 9094);
        NodeIdentity self = new NodeIdentity("cluster", nodeId);
        return new RaftConfig(self, listen, parsed, Path.of("unused"), RaftTuning.defaults());
    }
}
