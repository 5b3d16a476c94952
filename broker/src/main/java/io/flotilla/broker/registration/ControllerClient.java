package io.flotilla.broker.registration;

import io.flotilla.broker.metadata.LocalLogs.DirectoryMark;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.id.PartitionId;
import io.flotilla.model.image.FeatureRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The active controller as a broker sees it, as a port. Each call is one attempt at the node that is believed to be
 * active; a failed one moves that belief on, so that the caller only has to try again. Never blocks and never throws;
 * every future completes, on any thread, and only with a {@link io.flotilla.model.error.FlotillaException} when it
 * fails.
 */
public interface ControllerClient {
    CompletionStage<Registered> register(Registration registration);

    /** One answer for each proposal, in order: empty when it was accepted. */
    CompletionStage<List<Optional<FlotillaError>>> propose(long brokerEpoch, List<Proposal> proposals);

    CompletionStage<ProducerIdBlock> allocateProducerIds(long brokerEpoch);

    HeartbeatStream openHeartbeats(HeartbeatSink sink);

    /** Names the active controller, by one who should know. */
    void activeControllerIs(Endpoint controller);

    /**
     * One run of a broker.
     *
     * @param previousEpoch of this broker's last registration as its disks remember it, or -1
     * @param cleanStart whether the previous run ended with a clean shutdown
     */
    record Registration(
            String clusterId,
            int brokerId,
            IncarnationId incarnation,
            long previousEpoch,
            boolean cleanStart,
            Optional<String> rack,
            Map<String, Endpoint> listeners,
            FeatureRange features,
            List<DirectoryMark> directories) {
        public Registration {
            listeners = Map.copyOf(listeners);
            directories = List.copyOf(directories);
        }

        /** The same with what the directories remember now. */
        public Registration withDirectories(List<DirectoryMark> marks) {
            return new Registration(
                    clusterId, brokerId, incarnation, previousEpoch, cleanStart, rack, listeners, features, marks);
        }
    }

    /**
     * The controller's consent.
     *
     * @param brokerEpoch of the registration
     * @param revision of the metadata that holds it
     */
    record Registered(long brokerEpoch, long revision) {}

    /** Producer ids from {@code first} on, {@code count} of them. */
    record ProducerIdBlock(long first, int count) {}

    /** A broker's state as it tells the controller. */
    record Heartbeat(
            long brokerEpoch,
            long appliedRevision,
            boolean wantUnfenced,
            boolean wantShutdown,
            List<PartitionId> lostReplicas,
            List<DirectoryId> failedDirectories,
            boolean recoveryReported) {
        public Heartbeat {
            lostReplicas = List.copyOf(lostReplicas);
            failedDirectories = List.copyOf(failedDirectories);
        }
    }

    /** The controller's answer to one heartbeat. */
    record HeartbeatAnswer(
            boolean fenced, boolean mayShutDown, long revision, int leaderships, Optional<FlotillaError> error) {}

    /** An open heartbeat stream; one thread uses it. */
    interface HeartbeatStream {
        /** The node at its other end. */
        Endpoint controller();

        void send(Heartbeat heartbeat);

        /** Ends the stream; what was on its way may still reach the sink. */
        void close();

        /** As {@link #close}, because the node does not answer: the next attempt goes elsewhere. */
        void abandon();
    }

    /** Where the answers go, in order; called on any thread. */
    interface HeartbeatSink {
        void onAnswer(HeartbeatAnswer answer);

        /** The stream ended; nothing follows. */
        void onClosed(FlotillaError reason);
    }
}
