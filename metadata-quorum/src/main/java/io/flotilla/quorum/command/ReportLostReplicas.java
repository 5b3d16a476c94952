package io.flotilla.quorum.command;

import io.flotilla.model.error.FlotillaError;
import io.flotilla.model.id.TopicId;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.model.image.PartitionState;
import io.flotilla.model.image.TopicImage;
import io.flotilla.model.wire.Ids;
import io.flotilla.proto.internal.v1.LostReplica;
import io.flotilla.proto.internal.v1.ReportLostReplicasCommand;
import java.util.Optional;

/**
 * Takes replicas whose logs are damaged or gone out of ISR and ELR, so that an empty disk is never elected (R6, R19).
 */
final class ReportLostReplicas {
    private ReportLostReplicas() {}

    static Decision decide(MetadataImage image, ReportLostReplicasCommand command) {
        int broker = command.getBrokerId();
        Optional<FlotillaError> stale = BrokerEpochs.defect(image.brokers(), broker, command.getBrokerEpoch());
        if (stale.isPresent()) {
            return Decision.reject(stale.get());
        }
        Draft draft = new Draft(image);
        for (LostReplica lost : command.getReplicasList()) {
            TopicId id = Ids.topic(lost.getTopicId());
            draft.image()
                    .topics()
                    .withId(id)
                    .ifPresent(topic -> topic.partition(lost.getPartition())
                            .ifPresent(state -> lose(draft, topic, lost.getPartition(), state, broker)));
        }
        return draft.accept();
    }

    private static void lose(Draft draft, TopicImage topic, int number, PartitionState state, int broker) {
        PartitionChange change = draft.changeOf(topic.settings(), state).gone(broker);
        draft.apply(topic, number, state.leader() == broker ? change.endsLeadership() : change);
    }
}
