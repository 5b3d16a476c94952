package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.ProducerIdsReserved;
import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.AllocateProducerIdsRequest;
import io.flotilla.proto.internal.v1.AllocateProducerIdsResponse;
import io.flotilla.proto.internal.v1.CommandResult;
import java.util.Optional;

/**
 * Gives a broker a block of producer ids that nobody else ever gets. A repeated request costs a block, nothing more.
 */
final class AllocateProducerIds {
    /** Ids per block, as in Kafka. */
    static final int BLOCK_SIZE = 1000;

    private AllocateProducerIds() {}

    static Decision decide(MetadataImage image, AllocateProducerIdsRequest request) {
        Optional<FlotillaError> stale =
                BrokerEpochs.defect(image.brokers(), request.getBrokerId(), request.getBrokerEpoch());
        if (stale.isPresent()) {
            return Decision.reject(stale.get());
        }
        Draft draft = new Draft(image);
        draft.add(new ProducerIdsReserved(image.nextProducerId() + BLOCK_SIZE));
        return draft.accept(CommandResult.newBuilder()
                .setAllocateProducerIds(AllocateProducerIdsResponse.newBuilder()
                        .setFirstProducerId(image.nextProducerId())
                        .setCount(BLOCK_SIZE))
                .build());
    }
}
