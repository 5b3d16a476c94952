package io.flotilla.quorum.rpc;

import com.google.protobuf.ByteString;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.error.FlotillaException;
import io.flotilla.model.id.Endpoint;
import io.flotilla.proto.internal.v1.IntroduceResponse;
import io.flotilla.proto.v1.QuorumChangeState;
import io.flotilla.proto.v1.QuorumNode;
import io.flotilla.quorum.raft.MetadataRaft;
import io.flotilla.quorum.raft.QuorumChange;
import io.flotilla.quorum.raft.Voter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators change about the quorum, one change at a time. A call is answered within two seconds, if only with how
 * far it is; a repetition of the same call waits for the same change. Safe for any thread; nothing to close.
 */
public final class QuorumChanges {
    private static final Logger LOG = LoggerFactory.getLogger(QuorumChanges.class);
    private static final Duration TRANSFER_TIMEOUT = Duration.ofSeconds(5);
    private static final long ANSWER_MS = 1_500;

    private final MetadataRaft raft;
    private final ControllerHints hints;
    private final Newcomers newcomers;
    private @Nullable Running running;

    /**
     * How far a change is.
     *
     * @param detail a sentence for operators
     */
    public record Step(QuorumChangeState state, String detail, List<QuorumNode> voters) {}

    /** What is to become of the quorum, and which call asked for it first. */
    private record Purpose(String text, ByteString requestId) {}

    /** A change under way, or the last one: its caller may not have heard yet how it ended. */
    private record Running(Purpose purpose, CompletableFuture<QuorumChange> end) {
        boolean serves(Purpose asked) {
            return end.isDone()
                    ? !asked.requestId().isEmpty() && asked.equals(purpose) && !endedElsewhere()
                    : asked.text().equals(purpose.text());
        }

        /** Another node led: that says nothing about the next attempt. */
        private boolean endedElsewhere() {
            return !end.isCompletedExceptionally() && !end.join().isFinal();
        }
    }

    /** Asks a node that is to be added who it is; fails with a FlotillaException that says why it must not. */
    public interface Newcomers {
        CompletionStage<IntroduceResponse> ask(Endpoint node);
    }

    public QuorumChanges(MetadataRaft raft, ControllerHints hints, Newcomers newcomers) {
        this.raft = raft;
        this.hints = hints;
        this.newcomers = newcomers;
    }

    CompletionStage<Step> add(int node, String endpoint, ByteString requestId) {
        return run(new Purpose("the addition of node " + node, requestId), () -> {
            if (endpoint.isEmpty()) {
                throw invalid("the endpoint is missing: name the INTERNAL listener of node " + node);
            }
            Endpoint internal = endpoint(endpoint);
            return newcomers
                    .ask(internal)
                    .thenCompose(who -> raft.addVoter(voter(node, internal, who), internal.toString()));
        });
    }

    private static Endpoint endpoint(String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid("'" + text + "' is not host:port: " + e.getMessage());
        }
    }

    private Voter voter(int node, Endpoint internal, IntroduceResponse who) {
        if (who.getNodeId() != node) {
            throw invalid("at " + internal + " there is node " + who.getNodeId() + ", not node " + node);
        }
        boolean known = raft.status().voters().stream()
                .anyMatch(member -> member.voter().id() == node);
        if (!known && !who.getQuorumId().equals(raft.quorumId().toString())) {
            throw refused("node " + node + " belongs to the quorum of before a recovery; stop it, empty its metadata"
                    + " directory, and start it again without controller.quorum.voters");
        }
        if (!known && who.getVotersList().contains(node)) {
            throw refused("node " + node + " counts itself among the voters " + who.getVotersList() + ": it founded a"
                    + " quorum of its own, or was removed and kept its log. Stop it, empty its metadata directory, and"
                    + " start it again without controller.quorum.voters");
        }
        return Voter.parse(node + "@" + who.getRaftEndpoint());
    }

    CompletionStage<Step> remove(int node, ByteString requestId) {
        return run(
                new Purpose("the removal of node " + node, requestId), () -> raft.removeVoter(node, TRANSFER_TIMEOUT));
    }

    CompletionStage<Step> transfer(int node, ByteString requestId) {
        return run(
                new Purpose("the transfer of the leadership to node " + node, requestId),
                () -> raft.transferLeadership(node, TRANSFER_TIMEOUT));
    }

    private CompletionStage<Step> run(Purpose purpose, Supplier<CompletionStage<QuorumChange>> change) {
        CompletableFuture<QuorumChange> end;
        try {
            end = begun(purpose, change);
        } catch (FlotillaException e) {
            return CompletableFuture.failedFuture(e);
        }
        return end.thenApply(Optional::of)
                .completeOnTimeout(Optional.empty(), ANSWER_MS, TimeUnit.MILLISECONDS)
                .thenApply(outcome -> outcome.map(this::step).orElseGet(() -> underWay(purpose.text())));
    }

    /** The change with that purpose, which is begun unless it is under way. */
    private synchronized CompletableFuture<QuorumChange> begun(
            Purpose purpose, Supplier<CompletionStage<QuorumChange>> change) {
        Running now = running;
        if (now != null && now.serves(purpose)) {
            return now.end();
        }
        if (now != null && !now.end().isDone()) {
            throw refused(now.purpose().text()
                    + " is under way, and the quorum changes one step at a time; wait for its end. To give up an"
                    + " addition, stop the new node: a minute later it is dropped");
        }
        if (!raft.isLeader()) {
            throw hints.notController("only the leader changes the quorum").exception();
        }
        LOG.info("{} begins", purpose.text());
        CompletableFuture<QuorumChange> end = change.get().toCompletableFuture();
        running = new Running(purpose, end);
        return end;
    }

    private Step underWay(String purpose) {
        String progress = raft.status().observers().stream()
                .map(node ->
                        "; node " + node.voter().id() + " has the log up to entry " + Math.max(0, node.matchIndex())
                                + " of " + raft.status().commitIndex())
                .findFirst()
                .orElse("");
        return new Step(
                QuorumChangeState.QUORUM_CHANGE_STATE_UNDER_WAY, purpose + " is under way" + progress, voters());
    }

    private Step step(QuorumChange change) {
        return switch (change.verdict()) {
            case DONE -> new Step(QuorumChangeState.QUORUM_CHANGE_STATE_DONE, change.detail(), voters());
            case NOT_NEEDED -> new Step(QuorumChangeState.QUORUM_CHANGE_STATE_NOT_NEEDED, change.detail(), voters());
            case NOT_LEADER -> throw hints.notController(change.detail()).exception();
            case UNCERTAIN ->
                throw FlotillaError.unknown(ErrorCode.REQUEST_TIMED_OUT, change.detail())
                        .exception();
            case UNKNOWN_VOTER -> throw error(ErrorCode.VOTER_NOT_FOUND, change);
            case DUPLICATE_VOTER -> throw error(ErrorCode.DUPLICATE_VOTER, change);
            case PENDING, REFUSED, FAILED -> throw error(ErrorCode.POLICY_VIOLATION, change);
        };
    }

    private List<QuorumNode> voters() {
        return raft.status().voters().stream()
                .map(member -> QuorumNode.newBuilder()
                        .setNodeId(member.voter().id())
                        .setEndpoint(
                                member.voter().host() + ":" + member.voter().port())
                        .setLogEndIndex(member.matchIndex())
                        .build())
                .toList();
    }

    private static FlotillaException error(ErrorCode code, QuorumChange change) {
        return FlotillaError.notApplied(code, change.detail()).exception();
    }

    private static FlotillaException refused(String message) {
        return FlotillaError.notApplied(ErrorCode.POLICY_VIOLATION, message).exception();
    }

    private static FlotillaException invalid(String message) {
        return FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, message).exception();
    }
}
