package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicSettings;
import io.flotilla.proto.internal.v1.BeginShutdownCommand;
import java.util.Optional;

/**
 * Lets a broker stop without a gap: its leaderships move to other in-sync members, and it leaves the ISRs that stay
 * large enough without it, so that nobody waits for it when it goes. It stays in an ISR that would fall below the
 * minimum: writes go on there until it really stops. A leadership that nobody can take over ends.
 */
final class BeginShutdown {
    private BeginShutdown() {}

    static Decision decide(MetadataImage image, BeginShutdownCommand command) {
        int id = command.getBrokerId();
        Optional<FlotillaError> stale = BrokerEpochs.defect(image.brokers(), id, command.getBrokerEpoch());
        if (stale.isPresent()) {
            return Decision.reject(stale.get());
        }
        BrokerRegistration broker = image.brokers().broker(id).orElseThrow();
        if (broker.shuttingDown()) {
            return Decision.nothing();
        }
        Draft draft = new Draft(image);
        draft.add(new BrokerSet(broker.withShuttingDown(true)));
        draft.changePartitions((settings, state) -> {
            if (!state.isr().contains(id)) {
                return Optional.empty();
            }
            PartitionChange change = draft.changeOf(settings, state);
            return Optional.of(enoughWithoutOne(settings, state) ? change.leaves(id) : change);
        });
        return draft.accept();
    }

    private static boolean enoughWithoutOne(TopicSettings settings, PartitionState state) {
        return state.isr().size() - 1 >= settings.minInsyncReplicas(state.replicationFactor());
    }
}
