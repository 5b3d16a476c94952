package io.flotilla.server;

import com.google.common.util.concurrent.ListenableFuture;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.time.Clock;
import io.flotilla.model.wire.ConnectionRefusal;
import io.flotilla.model.wire.StatusErrors;
import io.flotilla.proto.internal.v1.IntroduceRequest;
import io.flotilla.proto.internal.v1.IntroduceResponse;
import io.flotilla.proto.internal.v1.QuorumServiceGrpc;
import io.flotilla.quorum.raft.MetadataRaft;
import io.flotilla.quorum.raft.NodeIdentity;
import io.flotilla.server.config.NodeConfig;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a controller gets into the quorum. One without a past asks the others first: its configuration may say that it
 * founds a quorum which exists since long, and whose voter it was until its disk was lost. As a voter without memory it
 * could undo what was decided. Used by one thread at a time.
 */
final class QuorumEntrance {
    private static final Logger LOG = LoggerFactory.getLogger(QuorumEntrance.class);
    private static final long ANSWER_MS_MAX = 3_000;
    private static final long PAUSE_MS = 200;
    private static final int SILENCE_SECONDS_MAX = 10;
    private static final int JOIN_SECONDS_MAX = 60;

    /** Fewer than a recovery from a lost majority adds, and more than a quorum decides. */
    private static final long REVISIONS_OF_A_RECOVERY = 1L << 31;

    private final NodeConfig config;
    private final Clock clock;

    QuorumEntrance(NodeConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /**
     * The quorum to start in, where the storage does not know better.
     *
     * @throws IOException when this node must not start as it is configured; the message says why and what to do
     */
    UUID quorum() throws IOException {
        UUID founding = NodeIdentity.foundingQuorum(config.clusterId());
        if (MetadataRaft.hasPast(config.quorum().metadataDir())) {
            return founding;
        }
        if (config.joinsQuorum()) {
            return join();
        }
        long beganNanos = clock.nanos();
        while (true) {
            Answers others = ask();
            for (IntroduceResponse other : others.answers()) {
                refuseToFound(other, founding);
            }
            boolean patient = clock.nanos() - beganNanos < TimeUnit.SECONDS.toNanos(SILENCE_SECONDS_MAX);
            if (!others.complete() && patient) {
                pause(); // on a busy host the first call of a process takes long, and silence proves nothing
                continue;
            }
            if (others.foundedOrEmpty()) {
                return founding;
            }
            if (clock.nanos() - beganNanos > TimeUnit.SECONDS.toNanos(JOIN_SECONDS_MAX)) {
                throw new IOException("the other controllers have a log, but after " + JOIN_SECONDS_MAX + " s no leader"
                        + " that tells what is in it. If this node has voted before, and its disk is lost, starting it"
                        + " empty could undo what was decided: start the others first, or see \"When a majority is lost"
                        + " for good\" in docs/metadata-quorum.md");
            }
            pause();
        }
    }

    private void refuseToFound(IntroduceResponse other, UUID founding) throws IOException {
        if (!other.getFounded()) {
            return;
        }
        if (!other.getQuorumId().equals(founding.toString())) {
            throw new IOException("the quorum was recovered from a lost majority without this node; to join it, start"
                    + " this node without controller.quorum.voters, and add it");
        }
        if (other.getKnowsAsker()) {
            throw new IOException("node " + config.nodeId() + " has been part of this cluster, but "
                    + config.quorum().metadataDir() + " is empty: a disk was lost, emptied or is not mounted. Founding"
                    + " the quorum again would let this node vote against what it acknowledged. Mount the disk again;"
                    + " where it is gone: flotilla metadata-quorum remove-controller --controller-id "
                    + config.nodeId() + ", start this node without controller.quorum.voters, and add it again");
        }
        if (other.getVotersCount() > 0 && !other.getVotersList().contains(config.nodeId())) {
            throw new IOException("node " + config.nodeId() + " is not among the voters " + other.getVotersList()
                    + " of the quorum; to join it, start this node without controller.quorum.voters, and add it");
        }
    }

    private UUID join() throws IOException {
        long beganNanos = clock.nanos();
        List<Endpoint> others = others();
        LOG.info("node {} is to join the metadata quorum, and asks {} about it", config.nodeId(), others);
        while (clock.nanos() - beganNanos < TimeUnit.SECONDS.toNanos(JOIN_SECONDS_MAX)) {
            List<IntroduceResponse> quorum = latest(ask().answers().stream()
                    .filter(other -> other.getFounded() && other.getVotersCount() > 0)
                    .toList());
            for (IntroduceResponse other : quorum) {
                refuseToJoin(other);
            }
            if (!quorum.isEmpty()) {
                LOG.info("the voters are {}", quorum.get(0).getVotersList());
                return UUID.fromString(quorum.get(0).getQuorumId());
            }
            pause();
        }
        throw new IOException("none of controller.quorum.bootstrap.servers " + others
                + " told of a quorum within " + JOIN_SECONDS_MAX + " s; start the other controllers first, or set"
                + " controller.quorum.voters where this node is one of the founders");
    }

    /** Of several quorums the one that was recovered last: the others were given up. */
    private static List<IntroduceResponse> latest(List<IntroduceResponse> quorums) {
        long revision =
                quorums.stream().mapToLong(IntroduceResponse::getRevision).max().orElse(0);
        return quorums.stream()
                .filter(other -> other.getRevision() + REVISIONS_OF_A_RECOVERY > revision)
                .toList();
    }

    private void refuseToJoin(IntroduceResponse other) throws IOException {
        if (other.getVotersList().contains(config.nodeId())) {
            throw new IOException("node " + config.nodeId() + " is still a voter, but "
                    + config.quorum().metadataDir() + " is empty: as a voter without memory it could undo what was"
                    + " decided. First: flotilla metadata-quorum remove-controller --controller-id "
                    + config.nodeId() + "; then start this node again, and add it");
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while this node waited for the quorum", e);
        }
    }

    /**
     * Whether the quorum was recovered from a lost majority without this node, and goes on as another one.
     *
     * @return what to tell the operator
     */
    Optional<String> givenUp(UUID quorum, long revision) throws IOException {
        List<IntroduceResponse> rivals = ask().answers().stream()
                .filter(other -> other.getFounded() && !other.getQuorumId().equals(quorum.toString()))
                .toList();
        for (IntroduceResponse rival : rivals) {
            LOG.error(
                    "node {} belongs to another metadata quorum of this cluster, {} at revision {}; this one is {} at"
                            + " revision {}. Only the one that was recovered last may live; if several voters were"
                            + " recovered, stop all but one, empty their metadata directories, and add them",
                    rival.getNodeId(),
                    rival.getQuorumId(),
                    rival.getRevision(),
                    quorum,
                    revision);
        }
        boolean later = rivals.stream().anyMatch(rival -> rival.getRevision() > revision + REVISIONS_OF_A_RECOVERY);
        return later
                ? Optional.of("the metadata quorum was recovered without this node, which belongs to the one of before."
                        + " Empty " + config.quorum().metadataDir() + ", start this node without"
                        + " controller.quorum.voters, and add it")
                : Optional.empty();
    }

    private List<Endpoint> others() {
        List<Endpoint> others = new ArrayList<>(config.quorum().controllers());
        others.remove(config.listeners().bound(BrokerRegistration.INTERNAL_LISTENER));
        others.remove(config.listeners().advertised().get(BrokerRegistration.INTERNAL_LISTENER));
        return others;
    }

    /**
     * What the other controllers say.
     *
     * @param complete whether those that did not answer are certainly not there
     */
    private record Answers(List<IntroduceResponse> answers, boolean complete) {
        /** Whether someone knows the metadata, or nobody has any. */
        boolean foundedOrEmpty() {
            return answers.stream().anyMatch(IntroduceResponse::getFounded)
                    || answers.stream().noneMatch(IntroduceResponse::getRemembering);
        }
    }

    /** Waits a few seconds at most; one of another cluster is an error. */
    private Answers ask() throws IOException {
        IntroduceRequest self = IntroduceRequest.newBuilder()
                .setClusterId(config.clusterId())
                .setNodeId(config.nodeId())
                .build();
        Map<ManagedChannel, ListenableFuture<IntroduceResponse>> asked = new LinkedHashMap<>();
        for (Endpoint other : others()) {
            ManagedChannel channel = Channels.open(other);
            asked.put(
                    channel,
                    QuorumServiceGrpc.newFutureStub(channel)
                            .withDeadlineAfter(ANSWER_MS_MAX, TimeUnit.MILLISECONDS)
                            .introduce(self));
        }
        try {
            List<IntroduceResponse> answers = new ArrayList<>();
            boolean complete = true;
            for (ListenableFuture<IntroduceResponse> answer : asked.values()) {
                try {
                    answers.add(answer.get());
                } catch (ExecutionException e) {
                    complete &= isRefusal(Objects.requireNonNullElse(e.getCause(), e));
                }
            }
            return new Answers(answers, complete);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while this node asked the other controllers", e);
        } finally {
            asked.keySet().forEach(ManagedChannel::shutdownNow);
        }
    }

    /** Whether certainly nobody listens there. */
    private static boolean isRefusal(Throwable failure) throws IOException {
        FlotillaError error = StatusErrors.ofFailure(failure);
        if (error.code() == ErrorCode.INCONSISTENT_CLUSTER_ID) {
            throw new IOException(error.message(), failure);
        }
        LOG.debug("a controller did not answer: {}", error);
        return ConnectionRefusal.isBehind(failure);
    }
}
