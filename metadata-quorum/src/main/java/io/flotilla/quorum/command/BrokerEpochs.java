package io.flotilla.quorum.command;

import io.flotilla.model.error.ErrorCode;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.BrokersImage;
import java.util.Optional;

/** A broker that speaks for an earlier registration is refused: its successor may already have decided otherwise. */
final class BrokerEpochs {
    private BrokerEpochs() {}

    /** Why the broker may not speak with this epoch; empty when it may. */
    static Optional<FlotillaError> defect(BrokersImage brokers, int brokerId, long epoch) {
        return brokers.broker(brokerId)
                .map(broker -> broker.epoch() == epoch
                        ? Optional.<FlotillaError>empty()
                        : stale("broker " + brokerId + " is registered with epoch " + broker.epoch() + ", not " + epoch
                                + "; the process that sent this must register again"))
                .orElseGet(() -> stale("broker " + brokerId + " is not registered; register first"));
    }

    private static Optional<FlotillaError> stale(String message) {
        return Optional.of(FlotillaError.notApplied(ErrorCode.STALE_BROKER_EPOCH, message));
    }
}
