package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pins every setting that safety or the failover goals depend on, by the name under which Ratis reads it. */
class RaftSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "raft.server.log.log-metadata.enabled, false",
        "raft.server.log.appender.wait-time.min, 0ms",
        "raft.server.log.appender.buffer.byte-limit, 4194304",
        "raft.server.log.segment.size.max, 16MB",
        "raft.server.log.segment.cache.num.max, 2",
        "raft.server.log.segment.cache.size.max, 64MB",
        "raft.server.log.purge.upto.snapshot.index, true",
        "raft.server.log.purge.preservation.log.num, 20000",
        "raft.server.log.corruption.policy, EXCEPTION",
        "raft.server.log.unsafe-flush.enabled, false",
        "raft.server.log.async-flush.enabled, false",
        "raft.server.snapshot.retention.file.num, 3",
        "raft.server.snapshot.auto.trigger.enabled, true",
        "raft.server.snapshot.auto.trigger.threshold, 100000",
        "raft.server.rpc.timeout.min, 500ms",
        "raft.server.rpc.timeout.max, 1000ms",
        "raft.server.rpc.first-election.timeout.min, 300ms",
        "raft.server.rpc.first-election.timeout.max, 800ms",
        "raft.server.leaderelection.leader.step-down.wait-time, 1000ms",
        "raft.server.close.threshold, 10min",
        "raft.server.read.option, LINEARIZABLE",
        "raft.server.read.timeout, 3s",
        "raft.server.write.element-limit, 4096",
        "raft.server.write.byte-limit, 16MB",
    })
    void aSettingIsAsDesigned(String key, String value) {
        assertThat(properties().get(key)).isEqualTo(value);
    }

    @Test
    void preVotesAreOnSoThatAReturningNodeDisturbsNoLeader() {
        assertThat(RaftServerConfigKeys.LeaderElection.preVote(properties())).isTrue();
    }

    /** Where space is short, a late follower gets a snapshot. */
    @Test
    void aNodeThatStartsShortOfSpaceKeepsNoLogForLateFollowers() {
        assertThat(RaftSettings.of(config(), true).get("raft.server.log.purge.preservation.log.num"))
                .isEqualTo("0");
    }

    private static RaftProperties properties() {
        return RaftSettings.of(config(), false);
    }

    private static RaftConfig config() {
        NodeIdentity self = new NodeIdentity("cluster", 1);
        InetSocketAddress listen = InetSocketAddress.createUnresolved("127.0.0.1", 9094);
        List<Voter> voters = List.of(Voter.parse("1@a:1"), Voter.parse("2@b:1"), Voter.parse("3@c:1"));
        return new RaftConfig(self, listen, voters, Path.of("unused"), RaftTuning.defaults());
    }
}
