package io.flotilla.quorum.command;

import io.flotilla.model.delta.MetadataRecord.BrokerSet;
import io.flotilla.model.image.MetadataImage;
import io.flotilla.proto.internal.v1.BrokerToFence;
import io.flotilla.proto.internal.v1.FenceBrokersCommand;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Takes silent brokers out of service: out of every ISR and every leadership, all in one revision. */
final class FenceBrokers {
    private FenceBrokers() {}

    static Decision decide(MetadataImage image, FenceBrokersCommand command) {
        Draft draft = new Draft(image);
        Set<Integer> fenced = new TreeSet<>();
        for (BrokerToFence meant : command.getBrokersList()) {
            draft.brokers()
                    .broker(meant.getBrokerId())
                    .filter(broker -> broker.epoch() == meant.getBrokerEpoch() && !broker.fenced())
                    .ifPresent(broker -> {
                        draft.add(new BrokerSet(broker.withFenced(true)));
                        fenced.add(broker.brokerId());
                    });
        }
        if (fenced.isEmpty()) {
            return Decision.nothing();
        }
        draft.changePartitions((settings, state) -> {
            if (state.isr().stream().noneMatch(fenced::contains)) {
                return Optional.empty();
            }
            PartitionChange change = draft.changeOf(settings, state);
            fenced.forEach(change::leaves);
            return Optional.of(change);
        });
        return draft.accept();
    }
}
