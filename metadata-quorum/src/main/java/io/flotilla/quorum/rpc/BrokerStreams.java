package io.flotilla.quorum.rpc;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.wire.Errors;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.BeginShutdownCommand;
import io.flotilla.proto.internal.v1.Command;
import io.flotilla.proto.internal.v1.HeartbeatRequest;
import io.flotilla.proto.internal.v1.HeartbeatResponse;
import io.flotilla.proto.internal.v1.LostReplica;
import io.flotilla.proto.internal.v1.ReportLostReplicasCommand;
import io.flotilla.proto.internal.v1.UnfenceBrokerCommand;
import io.flotilla.quorum.feed.CommittedMetadata;
import io.flotilla.quorum.liveness.BrokerSessions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The brokers' open heartbeat streams: what each broker wants, compared with what the committed metadata says, gives
 * the next command for it and the answer to it. An answer goes out on each heartbeat, and unasked when it changes, so
 * that nobody waits for an interval to pass. Owned by the active controller's loop.
 */
final class BrokerStreams {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerStreams.class);

    private final CommittedMetadata metadata;
    private final BrokerSessions sessions;
    private final BiPredicate<String, Command.Builder> submit;
    private final Map<Integer, BrokerStream> streams = new TreeMap<>();

    /** @param submit sends a command for a purpose, and answers false when one for the same purpose is under way */
    BrokerStreams(CommittedMetadata metadata, BrokerSessions sessions, BiPredicate<String, Command.Builder> submit) {
        this.metadata = metadata;
        this.sessions = sessions;
        this.submit = submit;
    }

    /** A broker with a session sent its state. */
    void heard(HeartbeatCall call, HeartbeatRequest request) {
        BrokerStream known = streams.get(request.getBrokerId());
        BrokerStream stream = known != null && known.call == call ? known : open(call, request);
        stream.last = request;
        stream.outdated = false;
        registration(stream).ifPresent(broker -> {
            advance(stream, broker);
            tell(stream, broker, true);
        });
        tellWhoWaits();
    }

    private BrokerStream open(HeartbeatCall call, HeartbeatRequest first) {
        LOG.info("broker {} (epoch {}) opened its heartbeat stream", first.getBrokerId(), first.getBrokerEpoch());
        BrokerStream stream = new BrokerStream(call, first);
        BrokerStream replaced = streams.put(first.getBrokerId(), stream);
        if (replaced != null) {
            replaced.call.refuse(
                    FlotillaError.notApplied(ErrorCode.INVALID_REQUEST, "the broker opened another heartbeat stream"));
        }
        return stream;
    }

    /** Another one's progress may be what a broker that shuts down was waiting for. */
    private void tellWhoWaits() {
        for (BrokerStream waiting : List.copyOf(streams.values())) {
            if (waiting.last.getWantShutdown()) {
                registration(waiting).ifPresent(broker -> tell(waiting, broker, false));
            }
        }
    }

    /** A run that is not the registered one: it must not go on, if it is this node that knows better. */
    void answerStranger(HeartbeatCall call, HeartbeatRequest request) {
        MetadataImage image = metadata.image();
        if (request.getBrokerEpoch() > image.revision()) {
            call.refuse(FlotillaError.notApplied(
                    ErrorCode.NOT_CONTROLLER,
                    "the registration is of revision " + request.getBrokerEpoch() + ", this node is at "
                            + image.revision() + " and will hear that another controller is active"));
            return;
        }
        String known = image.brokers()
                .broker(request.getBrokerId())
                .map(broker -> "registered with epoch " + broker.epoch())
                .orElse("not registered");
        call.answer(HeartbeatResponse.newBuilder()
                .setFenced(true)
                .setRevision(image.revision())
                .setError(Errors.toMessage(FlotillaError.notApplied(
                        ErrorCode.STALE_BROKER_EPOCH,
                        "broker " + request.getBrokerId() + " is " + known + ", not with epoch "
                                + request.getBrokerEpoch() + "; another run has replaced this one")))
                .build());
    }

    /** The committed metadata moved on: wishes may be fulfilled, or possible. */
    void changed() {
        for (BrokerStream stream : List.copyOf(streams.values())) {
            registration(stream).ifPresent(broker -> {
                // A wish from before a fencing would undo it at once; it takes a sign of life.
                stream.outdated |= broker.fenced() && !stream.told.getFenced();
                if (!stream.outdated) {
                    advance(stream, broker);
                }
                tell(stream, broker, false);
            });
        }
    }

    /** Forgets a stream; empty when it was replaced before, or never heard. */
    Optional<BrokerStream> closed(HeartbeatCall call) {
        Optional<BrokerStream> stream =
                streams.values().stream().filter(open -> open.call == call).findFirst();
        stream.ifPresent(open -> streams.remove(open.brokerId()));
        return stream;
    }

    void end(FlotillaError reason) {
        List<BrokerStream> open = List.copyOf(streams.values());
        streams.clear();
        open.forEach(stream -> stream.call.refuse(reason));
    }

    private Optional<BrokerRegistration> registration(BrokerStream stream) {
        return metadata.image()
                .brokers()
                .broker(stream.brokerId())
                .filter(broker -> broker.epoch() == stream.brokerEpoch());
    }

    /** Proposes the next step towards what the broker wants. */
    private void advance(BrokerStream stream, BrokerRegistration broker) {
        HeartbeatRequest state = stream.last;
        int id = broker.brokerId();
        List<LostReplica> lost = state.getLostReplicasList().stream()
                .filter(replica -> countsOn(replica, id))
                .toList();
        if (!lost.isEmpty()) {
            if (submit.test("the report of replicas lost by broker " + id, lost(broker, lost))) {
                LOG.warn("broker {} lost {} replicas that the cluster counts on", id, lost.size());
            }
        } else if (state.getWantShutdown() && !broker.shuttingDown()) {
            if (submit.test("the shutdown of broker " + id, shutdown(broker))) {
                LOG.info("broker {} wants to stop: moving its leaderships away", id);
            }
        } else if (readyToServe(state, broker)) {
            if (submit.test("the unfencing of broker " + id, unfencing(broker))) {
                LOG.info("unfencing broker {} (epoch {}): it has caught up", id, broker.epoch());
            }
        }
    }

    private static Command.Builder lost(BrokerRegistration broker, List<LostReplica> replicas) {
        return Command.newBuilder()
                .setReportLostReplicas(ReportLostReplicasCommand.newBuilder()
                        .setBrokerId(broker.brokerId())
                        .setBrokerEpoch(broker.epoch())
                        .addAllReplicas(replicas));
    }

    private static Command.Builder shutdown(BrokerRegistration broker) {
        return Command.newBuilder()
                .setBeginShutdown(BeginShutdownCommand.newBuilder()
                        .setBrokerId(broker.brokerId())
                        .setBrokerEpoch(broker.epoch()));
    }

    private static Command.Builder unfencing(BrokerRegistration broker) {
        return Command.newBuilder()
                .setUnfenceBroker(UnfenceBrokerCommand.newBuilder()
                        .setBrokerId(broker.brokerId())
                        .setBrokerEpoch(broker.epoch()));
    }

    private static boolean readyToServe(HeartbeatRequest state, BrokerRegistration broker) {
        return broker.fenced()
                && !broker.shuttingDown()
                && state.getWantUnfenced()
                && !state.getWantShutdown()
                && state.getRecoveryReported()
                && state.getAppliedRevision() >= broker.epoch();
    }

    private boolean countsOn(LostReplica replica, int broker) {
        return metadata.image()
                .topics()
                .partition(new PartitionId(Ids.topic(replica.getTopicId()), replica.getPartition()))
                .filter(state -> state.isr().contains(broker)
                        || state.elr().contains(broker)
                        || state.lastKnownLeader() == broker)
                .isPresent();
    }

    private void tell(BrokerStream stream, BrokerRegistration broker, boolean always) {
        HeartbeatResponse answer = answer(stream, broker);
        boolean news = answer.getFenced() != stream.told.getFenced()
                || answer.getMayShutDown() != stream.told.getMayShutDown();
        if (always || news) {
            stream.told = answer;
            stream.call.answer(answer);
        }
    }

    private HeartbeatResponse answer(BrokerStream stream, BrokerRegistration broker) {
        MetadataImage image = metadata.image();
        HeartbeatResponse.Builder answer =
                HeartbeatResponse.newBuilder().setFenced(broker.fenced()).setRevision(image.revision());
        if (!stream.last.getWantShutdown() || !broker.shuttingDown()) {
            return answer.build();
        }
        if (stream.leadsNothingSince < 0) {
            int leaderships = leaderships(image, broker.brokerId());
            answer.setLeaderships(leaderships);
            stream.leadsNothingSince = leaderships == 0 ? image.revision() : -1;
        }
        if (stream.leadsNothingSince >= 0 && sessions.othersApplied(broker.brokerId(), stream.leadsNothingSince)) {
            if (!stream.told.getMayShutDown()) {
                LOG.info("broker {} may stop: it leads nothing, and the others know", broker.brokerId());
            }
            sessions.mayStop(broker.brokerId(), broker.epoch());
            answer.setMayShutDown(true);
        }
        return answer.build();
    }

    private static int leaderships(MetadataImage image, int broker) {
        return (int) image.topics().byName().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToInt(PartitionState::leader)
                .filter(leader -> leader == broker)
                .count();
    }
}
