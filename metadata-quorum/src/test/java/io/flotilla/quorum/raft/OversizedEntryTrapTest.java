package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trap: an entry above the appender's 4 MiB makes the leader step down, even a leader that is alone. */
class OversizedEntryTrapTest {

    @TempDir
    Path directory;

    @Test
    void inRatisItCostsTheLeadership() throws Exception {
        try (RawRatis raw = RawRatis.start(1, Quorum.freeVoters(1), directory, new RawRatis.Journal())) {
            long term = raw.awaitLeader().division().getInfo().getCurrentTerm();

            RaftClientReply reply = raw.submit(ClientId.randomId(), 1, new byte[RaftSettings.APPENDER_BYTES_MAX + 1])
                    .get(5, TimeUnit.SECONDS);

            assertThat(reply.isSuccess()).isFalse();
            Await.until(
                    "another election",
                    () -> raw.leads() && raw.division().getInfo().getCurrentTerm() > term);
        }
    }

    @Test
    void itIsRefusedBeforeRatisSeesItAndNothingElseHappens() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            Member leader = quorum.leader();
            long term = leader.raft().status().term();
            byte[] oversized = new byte[MetadataRaft.COMMAND_BYTES_MAX + 1];

            SubmitOutcome outcome =
                    leader.raft().submit(oversized, Quorum.TIMEOUT).join();

            assertThat(outcome).isInstanceOfSatisfying(SubmitOutcome.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(SubmitOutcome.Reason.TOO_LARGE);
                assertThat(refused.detail())
                        .contains("1048577")
                        .contains("1048576")
                        .contains("Split it");
            });
            assertThat(leader.apply("x".repeat(MetadataRaft.COMMAND_BYTES_MAX))).isEqualTo("1");
            assertThat(leader.raft().status().term()).isEqualTo(term);
        }
    }
}
