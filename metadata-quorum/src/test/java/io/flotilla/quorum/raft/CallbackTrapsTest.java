package io.flotilla.quorum.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.exceptions.StateMachineException;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.util.LifeCycle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traps: a callback of the state machine that throws or fails hangs callers, closes the group, or stalls reads. */
class CallbackTrapsTest {

    @TempDir
    Path directory;

    @Test
    void inRatisARepetitionAfterAThrowingStartTransactionHangs() throws Exception {
        RawRatis.Journal throwing = new RawRatis.Journal() {
            @Override
            public TransactionContext startTransaction(RaftClientRequest request) throws IOException {
                throw new IOException("refused");
            }
        };
        try (RawRatis raw = RawRatis.start(1, Quorum.freeVoters(1), directory, throwing)) {
            raw.awaitLeader();
            ClientId client = ClientId.randomId();
            assertThatThrownBy(
                            () -> raw.submit(client, 1, JournalCore.bytes("x")).join())
                    .hasRootCauseMessage("refused");

            CompletableFuture<RaftClientReply> repetition = raw.submit(client, 1, JournalCore.bytes("x"));

            assertThatThrownBy(() -> repetition.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void aRefusalBeforeTheLogIsAnsweredEveryTime() throws Exception {
        CoreStateMachine machine = machine(new JournalCore(), (reason, cause) -> {});
        try (RawRatis raw = RawRatis.start(1, Quorum.freeVoters(1), directory, machine)) {
            raw.awaitLeader();
            ClientId stranger = ClientId.randomId();
            for (int attempt = 0; attempt < 3; attempt++) {
                RaftClientReply reply =
                        raw.submit(stranger, 1, JournalCore.bytes("x")).get(5, TimeUnit.SECONDS);
                assertThat(reply.isSuccess()).isFalse();
                assertThat(reply.getException())
                        .isInstanceOf(StateMachineException.class)
                        .hasMessageContaining("not submitted by this process");
            }
            assertThat(raw.leads()).isTrue();
        }
    }

    @Test
    void inRatisAThrowingApplyClosesTheGroupOnEveryReplay() throws Exception {
        List<Voter> voters = Quorum.freeVoters(1);
        try (RawRatis raw = RawRatis.start(1, voters, directory, new ThrowingApply())) {
            CompletableFuture<?> unused = raw.awaitLeader().submit("x");
            Await.until("the group closes itself", () -> closed(raw));
            assertThat(raw.server().getLifeCycleState()).isEqualTo(LifeCycle.State.RUNNING);
        }
        try (RawRatis raw = RawRatis.start(1, voters, directory, new ThrowingApply())) {
            Await.until("the same entry closes it again", () -> closed(raw));
        }
    }

    @Test
    void inRatisAFailedApplyStallsLinearizableReads() throws Exception {
        RawRatis.Journal failing = new RawRatis.Journal() {
            @Override
            public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
                TermIndex at = TermIndex.valueOf(transaction.getLogEntry());
                updateLastAppliedTermIndex(at);
                return CompletableFuture.failedFuture(new IllegalStateException("refused"));
            }
        };
        try (RawRatis raw = RawRatis.start(1, Quorum.freeVoters(1), directory, failing)) {
            raw.awaitLeader();
            assertThat(raw.read().get(5, TimeUnit.SECONDS).isSuccess()).isTrue();

            assertThat(raw.submit("x").get(5, TimeUnit.SECONDS).isSuccess()).isFalse();

            CompletableFuture<RaftClientReply> read = raw.read();
            assertThatThrownBy(() -> read.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void anInvariantBreachInTheCoreStopsTheProcessAndNothingElse() throws Exception {
        try (Quorum quorum = Quorum.of(1, directory)) {
            Member member = quorum.leader();
            member.apply("a");

            SubmitOutcome outcome = member.submit(JournalCore.BOOM);

            assertThat(outcome).isInstanceOf(SubmitOutcome.Unknown.class);
            Await.until("the process is stopped", () -> !member.stops().isEmpty());
            assertThat(member.stops()).singleElement().asString().contains("Applying entry");
            assertThat(member.submit("b")).isNotInstanceOf(SubmitOutcome.Applied.class);
            assertThat(member.core().commands()).containsExactly("a");
        }
    }

    @Test
    void aLogThatCannotBeWrittenStopsTheProcess() throws Exception {
        try (Lent lent = new Lent()) {
            CoreStateMachine machine = machine(new JournalCore(), lent.runtime().fatal());

            machine.notifyLogFailed(new IOException("No space left on device"), null);

            assertThat(lent.stops()).singleElement().asString().contains("The Raft log failed");
            assertThat(machine.takeSnapshot()).isEqualTo(RaftLog.INVALID_LOG_INDEX);
        }
    }

    private static CoreStateMachine machine(JournalCore core, FatalStop fatal) {
        LeadershipListener ignore = new LeadershipListener() {
            @Override
            public void leaderReady(long term) {}

            @Override
            public void notLeader() {}
        };
        return new CoreStateMachine(
                core,
                new Submissions(Runnable::run),
                new Snapshots(RaftTuning.SnapshotPolicy.defaults(), Runnable::run),
                new LeadershipEvents(ignore, Runnable::run),
                fatal);
    }

    private static boolean closed(RawRatis raw) {
        return raw.division().getInfo().getLifeCycleState().isClosingOrClosed();
    }

    private static final class ThrowingApply extends RawRatis.Journal {
        @Override
        public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
            throw new IllegalStateException("thrown from apply");
        }
    }
}
