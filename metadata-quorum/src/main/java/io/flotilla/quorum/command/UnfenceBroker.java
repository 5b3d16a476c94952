package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.UnfenceBrokerCommand;
import java.util.Optional;

/** Puts a broker into service, and lets it lead the partitions that were waiting for it. */
final class UnfenceBroker {
    private UnfenceBroker() {}

    static Decision decide(MetadataImage image, UnfenceBrokerCommand command) {
        int id = command.getBrokerId();
        Optional<FlotillaError> stale = BrokerEpochs.defect(image.brokers(), id, command.getBrokerEpoch());
        if (stale.isPresent()) {
            return Decision.reject(stale.get());
        }
        BrokerRegistration broker = image.brokers().broker(id).orElseThrow();
        if (broker.shuttingDown()) {
            return Decision.reject(
                    ErrorCode.INVALID_REQUEST, "broker " + id + " is shutting down and must register again to serve");
        }
        if (!broker.fenced()) {
            return Decision.nothing();
        }
        Draft draft = new Draft(image);
        draft.add(new BrokerSet(broker.withFenced(false)));
        draft.changePartitions(
                (settings, state) -> state.hasLeader() || !state.replicaIds().contains(id)
                        ? Optional.empty()
                        : Optional.of(draft.changeOf(settings, state)));
        return draft.accept();
    }
}
