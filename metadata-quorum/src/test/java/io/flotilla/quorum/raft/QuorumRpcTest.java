package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.junit.jupiter.api.Test;

class QuorumRpcTest {
    @Test
    void aHeartbeatAtTheBeginningOfTheLogCommitsNothing() {
        assertThat(QuorumRpc.bounded(request(0).build()).getLeaderCommit()).isEqualTo(-1);
        assertThat(QuorumRpc.bounded(request(0).setLeaderCommit(7).build()).getLeaderCommit())
                .isEqualTo(-1);
    }

    @Test
    void entriesAtTheBeginningOfTheLogCommitNothingBehindThem() {
        assertThat(QuorumRpc.bounded(request(2).setLeaderCommit(7).build()).getLeaderCommit())
                .isEqualTo(1);
    }

    @Test
    void whatIsComparedIsLeftAlone() {
        AppendEntriesRequestProto little = request(2).setLeaderCommit(0).build();
        assertThat(QuorumRpc.bounded(little)).isSameAs(little);
        AppendEntriesRequestProto later = request(2)
                .setLeaderCommit(9)
                .setPreviousLog(TermIndexProto.newBuilder().setTerm(1).setIndex(6))
                .build();
        assertThat(QuorumRpc.bounded(later)).isSameAs(later);
    }

    @Test
    void ratisFindsItByItsName() {
        RaftProperties properties = new RaftProperties();
        RaftConfigKeys.Rpc.setType(properties, new QuorumRpc());
        assertThat(RaftConfigKeys.Rpc.type(properties, name -> {})).isInstanceOf(QuorumRpc.class);
    }

    private static AppendEntriesRequestProto.Builder request(int entries) {
        AppendEntriesRequestProto.Builder request = AppendEntriesRequestProto.newBuilder();
        for (int index = 0; index < entries; index++) {
            request.addEntries(LogEntryProto.newBuilder().setTerm(1).setIndex(index));
        }
        return request;
    }
}
