package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.DirectoryId;
import io.flotilla.model.id.IncarnationId;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.Durability;
import io.flotilla.model.image.FeatureRange;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicSettings;
import io.flotilla.model.wire.Ids;
import io.flotilla.model.wire.MetadataRecords;
import io.flotilla.proto.internal.v1.CommandResult;
import io.flotilla.proto.internal.v1.LogDirReport;
import io.flotilla.proto.internal.v1.RegisterBrokerRequest;
import io.flotilla.proto.internal.v1.RegisterBrokerResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Registers one run of a broker process, and in the same revision ends what earlier runs had: memberships of ISRs,
 * leaderships, and where their logs cannot be trusted, places in the ELR (R6).
 */
final class RegisterBroker {
    private RegisterBroker() {}

    static Decision decide(MetadataImage image, RegisterBrokerRequest request) {
        IncarnationId incarnation = Ids.incarnation(request.getIncarnation());
        Optional<BrokerRegistration> previous = image.brokers().broker(request.getBrokerId());
        Optional<FlotillaError> defect = defect(image, request)
                .or(() -> previous.flatMap(earlier -> defectAgainst(earlier, incarnation, request)));
        if (defect.isPresent()) {
            return Decision.reject(defect.get());
        }
        if (previous.isPresent() && previous.get().incarnation().equals(incarnation)) {
            return Decision.answer(answer(previous.get().epoch()));
        }
        Draft draft = new Draft(image);
        draft.add(new BrokerSet(registration(request, incarnation, draft.nextRevision())));
        previous.ifPresent(earlier -> endEarlierRun(draft, earlier, request));
        return draft.accept(answer(draft.nextRevision()));
    }

    private static CommandResult answer(long epoch) {
        return CommandResult.newBuilder()
                .setRegisterBroker(RegisterBrokerResponse.newBuilder()
                        .setBrokerEpoch(epoch)
                        .setRevision(epoch))
                .build();
    }

    private static Optional<FlotillaError> defect(MetadataImage image, RegisterBrokerRequest request) {
        if (!request.getClusterId().isEmpty() && !request.getClusterId().equals(image.clusterId())) {
            return refused(
                    ErrorCode.INCONSISTENT_CLUSTER_ID,
                    "broker " + request.getBrokerId() + " belongs to cluster " + request.getClusterId()
                            + ", but this is cluster " + image.clusterId()
                            + "; check its log.dirs and its controller.quorum.voters");
        }
        if (request.getBrokerId() < 0) {
            return refused(ErrorCode.INVALID_REQUEST, "broker id " + request.getBrokerId() + " is negative");
        }
        for (String listener : List.of(BrokerRegistration.CLIENT_LISTENER, BrokerRegistration.INTERNAL_LISTENER)) {
            if (!request.containsListeners(listener)) {
                return refused(
                        ErrorCode.INVALID_REQUEST,
                        "broker " + request.getBrokerId() + " registers without a " + listener + " listener");
            }
        }
        if (request.getFeatureLevelMin() > image.featureLevel()
                || request.getFeatureLevelMax() < image.featureLevel()) {
            return refused(
                    ErrorCode.UNSUPPORTED_VERSION,
                    "broker " + request.getBrokerId() + " understands feature levels " + request.getFeatureLevelMin()
                            + " to " + request.getFeatureLevelMax() + ", but the cluster runs at "
                            + image.featureLevel() + "; run a version that understands it");
        }
        return Optional.empty();
    }

    /**
     * Two processes with one id. A mark that lists the registered run was written to the same disks after that run's
     * own, and the lock on the disks lets only one process at a time write it: the earlier run is over, and a fast
     * reboot need not wait for its session. A fenced run is replaced by anyone. What is left is a process on other
     * disks while the registered one may be alive: a copied configuration, most likely.
     */
    private static Optional<FlotillaError> defectAgainst(
            BrokerRegistration earlier, IncarnationId incarnation, RegisterBrokerRequest request) {
        boolean sameRun = earlier.incarnation().equals(incarnation);
        boolean laterRun = request.getLogDirsList().stream().anyMatch(dir -> marked(dir, earlier.incarnation()));
        if (sameRun || laterRun || earlier.fenced()) {
            return Optional.empty();
        }
        FlotillaError error = FlotillaError.notApplied(
                ErrorCode.DUPLICATE_BROKER_REGISTRATION,
                "broker " + request.getBrokerId() + " is registered by another process with other log directories"
                        + " (incarnation " + earlier.incarnation() + "), which is not fenced; give one of them another"
                        + " node.id, or wait until the session of the other one ends");
        return Optional.of(error.withRetryAfterMs(1000));
    }

    private static BrokerRegistration registration(
            RegisterBrokerRequest request, IncarnationId incarnation, long epoch) {
        return new BrokerRegistration(
                request.getBrokerId(),
                incarnation,
                epoch,
                request.getRack().isEmpty() ? Optional.empty() : Optional.of(request.getRack()),
                MetadataRecords.endpoints(request.getListenersMap()),
                new FeatureRange(request.getFeatureLevelMin(), request.getFeatureLevelMax()),
                request.getLogDirsList().stream()
                        .map(dir -> Ids.directory(dir.getDirectoryId()))
                        .toList(),
                true,
                false);
    }

    private static void endEarlierRun(Draft draft, BrokerRegistration earlier, RegisterBrokerRequest request) {
        int broker = earlier.brokerId();
        boolean clean = request.getCleanStart() && request.getPreviousBrokerEpoch() == earlier.epoch();
        boolean gone = !directoriesKept(earlier, request);
        draft.changePartitions((settings, state) -> {
            if (!involved(state, broker)) {
                return Optional.empty();
            }
            PartitionChange change = draft.changeOf(settings, state);
            if (gone) {
                change.gone(broker);
            } else if (distrusts(settings, clean)) {
                change.distrusted(broker);
            } else {
                change.leaves(broker);
            }
            return Optional.of(state.leader() == broker ? change.endsLeadership() : change);
        });
    }

    private static boolean distrusts(TopicSettings settings, boolean clean) {
        return settings.durability() == Durability.REPLICATED && !clean;
    }

    private static boolean involved(PartitionState state, int broker) {
        return state.isr().contains(broker)
                || state.elr().contains(broker)
                || state.leader() == broker
                || state.lastKnownLeader() == broker;
    }

    /**
     * Whether every directory of the earlier run is there and remembers that run. Otherwise all its logs count as gone:
     * nobody knows any more which of them lay in a missing directory, and an old mark means that the disk was rolled
     * back.
     */
    private static boolean directoriesKept(BrokerRegistration earlier, RegisterBrokerRequest request) {
        Set<DirectoryId> kept = request.getLogDirsList().stream()
                .filter(dir -> marked(dir, earlier.incarnation()))
                .map(dir -> Ids.directory(dir.getDirectoryId()))
                .collect(Collectors.toCollection(TreeSet::new));
        return kept.containsAll(earlier.logDirs());
    }

    private static boolean marked(LogDirReport directory, IncarnationId incarnation) {
        return directory.getIncarnationsList().contains(Ids.bytes(incarnation));
    }

    private static Optional<FlotillaError> refused(ErrorCode code, String message) {
        return Optional.of(FlotillaError.notApplied(code, message));
    }
}
