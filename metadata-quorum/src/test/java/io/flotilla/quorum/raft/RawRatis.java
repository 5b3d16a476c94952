package io.flotilla.quorum.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** Ratis as it is, with our settings but none of our protection: shows what each trap does. */
final class RawRatis implements AutoCloseable {

    private final RaftServer server;
    private final RaftServer.Division division;

    private RawRatis(RaftServer server, RaftServer.Division division) {
        this.server = server;
        this.division = division;
    }

    static RawRatis start(int id, List<Voter> voters, Path directory, StateMachine machine) throws IOException {
        return start(Quorum.configOf(id, voters, directory), machine);
    }

    static RawRatis start(RaftConfig config, StateMachine machine) throws IOException {
        RaftGroupId groupId = RaftGroupId.valueOf(config.self().quorumId());
        List<RaftPeer> peers = config.voters().stream()
                .map(voter -> RaftPeer.newBuilder()
                        .setId(Integer.toString(voter.id()))
                        .setAddress(voter.address())
                        .build())
                .toList();
        RatisProcess.tame();
        RaftServer server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(Integer.toString(config.self().nodeId())))
                .setGroup(RaftGroup.valueOf(groupId, peers))
                .setOption(StartupOption.RECOVER)
                .setProperties(RaftSettings.of(config, false))
                .setStateMachine(machine)
                .build();
        try {
            RaftServer.Division division = server.getDivision(groupId);
            server.start();
            return new RawRatis(server, division);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    RaftServer server() {
        return server;
    }

    RaftServer.Division division() {
        return division;
    }

    boolean leads() {
        return division.getInfo().isLeader() && division.getInfo().isLeaderReady();
    }

    RawRatis awaitLeader() {
        Await.until("this node leads", this::leads);
        return this;
    }

    CompletableFuture<RaftClientReply> submit(ClientId client, long callId, byte[] command) {
        return send(client, callId, command, RaftClientRequest.writeRequestType());
    }

    CompletableFuture<RaftClientReply> submit(String command) {
        return submit(ClientId.randomId(), 1, JournalCore.bytes(command));
    }

    CompletableFuture<RaftClientReply> read() {
        return send(ClientId.randomId(), 1, JournalCore.bytes("read"), RaftClientRequest.readRequestType());
    }

    private CompletableFuture<RaftClientReply> send(
            ClientId client, long callId, byte[] command, RaftClientRequest.Type type) {
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(client)
                .setServerId(server.getId())
                .setGroupId(division.getMemberId().getGroupId())
                .setCallId(callId)
                .setMessage(Message.valueOf(ByteString.copyFrom(command)))
                .setType(type)
                .build();
        try {
            return server.submitClientRequestAsync(request);
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** A state machine that remembers commands; tests override what they want to go wrong. */
    static class Journal extends BaseStateMachine {
        private final List<String> commands = new CopyOnWriteArrayList<>();

        List<String> commands() {
            return commands;
        }

        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            commands.add(transaction
                    .getLogEntry()
                    .getStateMachineLogEntry()
                    .getLogData()
                    .toStringUtf8());
            return super.applyTransaction(transaction);
        }

        @Override
        public CompletableFuture<Message> query(Message request) {
            return CompletableFuture.completedFuture(request);
        }
    }
}
