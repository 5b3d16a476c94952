package io.flotilla.server;

import io.flotilla.broker.isr.Eligibility;
import io.flotilla.broker.metadata.MetadataChange;
import io.flotilla.broker.metadata.MetadataListener;
import io.flotilla.broker.partition.BrokerEndpoints;
import io.flotilla.model.id.Endpoint;
import io.flotilla.model.image.BrokerRegistration;
import io.flotilla.model.image.MetadataImage;
import java.util.function.Supplier;

/**
 * The applied metadata for parts that are built before the follower of the metadata: its last listener, so that nobody
 * sees here what the replicas were not told. Any thread reads.
 */
public final class AppliedImage implements MetadataListener, Supplier<MetadataImage>, Eligibility, BrokerEndpoints {
    private volatile MetadataImage image = MetadataImage.EMPTY;

    @Override
    public void onChange(MetadataChange change) {
        image = change.after();
    }

    @Override
    public MetadataImage get() {
        return image;
    }

    @Override
    public boolean mayJoin(int brokerId, long brokerEpoch) {
        return image.brokers()
                .broker(brokerId)
                .filter(broker -> broker.eligible() && broker.epoch() == brokerEpoch)
                .isPresent();
    }

    @Override
    public String clientEndpoint(int brokerId) {
        return image.brokers()
                .broker(brokerId)
                .flatMap(broker -> broker.listener(BrokerRegistration.CLIENT_LISTENER))
                .map(Endpoint::toString)
                .orElse("");
    }
}
