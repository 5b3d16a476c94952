package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trap: where Ratis cannot bind its port it ends the process by itself, past every catch and finally. */
class TakenPortTrapTest {

    private static final int MAIN_SURVIVED = 42;
    private static final int EXITED_BY_RATIS = 1;

    @TempDir
    Path directory;

    @Test
    void ratisAloneExitsTheProcess() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Starter.class.getName(),
                            Integer.toString(taken.getLocalPort()),
                            directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(EXITED_BY_RATIS).isNotEqualTo(MAIN_SURVIVED);
        }
    }

    @Test
    void aTakenPortIsAnErrorThatNamesIt() throws Exception {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Voter> voters = List.of(new Voter(1, "127.0.0.1", taken.getLocalPort()));
            RaftConfig config = Quorum.configOf(1, voters, directory);

            assertThatThrownBy(() -> Member.start(config).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("cannot be bound");
        }
        assertThat(Thread.getDefaultUncaughtExceptionHandler()).isSameAs(before);
    }

    @Test
    void theSameNodeStartsOnceThePortIsFree() throws Exception {
        List<Voter> voters;
        RaftConfig config;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            voters = List.of(new Voter(1, "127.0.0.1", taken.getLocalPort()));
            config = Quorum.configOf(1, voters, directory);
            assertThatThrownBy(() -> Member.start(config).close()).isInstanceOf(IOException.class);
        }
        try (Member member = Member.start(config)) {
            Await.until("it leads", member.raft()::isLeader);
            assertThat(member.apply("a")).isEqualTo("1");
        }
    }

    /** A process that starts Ratis as its documentation says, and would go on after a failure. */
    static final class Starter {

        private Starter() {}

        public static void main(String[] arguments) throws Exception {
            List<Voter> voters = List.of(new Voter(1, "127.0.0.1", Integer.parseInt(arguments[0])));
            RaftConfig config = Quorum.configOf(1, voters, Path.of(arguments[1]));
            RaftPeer peer = RaftPeer.newBuilder()
                    .setId("1")
                    .setAddress(voters.get(0).address())
                    .build();
            RaftServer server = RaftServer.newBuilder()
                    .setServerId(RaftPeerId.valueOf("1"))
                    .setGroup(
                            RaftGroup.valueOf(RaftGroupId.valueOf(config.self().quorumId()), peer))
                    .setProperties(RaftSettings.of(config, false))
                    .setStateMachine(new RawRatis.Journal())
                    .build();
            try {
                server.start();
            } finally {
                Runtime.getRuntime().halt(MAIN_SURVIVED);
            }
        }
    }
}
